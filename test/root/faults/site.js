// @ts-check
/**
 * One tapped wire of a scenario: a player that makes calls, `callseal run` that judges them, and checks that time what it says of a fault.
 * Every call is the capture `sip-tls13-srtp`, which is `protected` when all of it is seen.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { until } from '../lib/conditions.js'
import { Observer } from '../lib/observer.js'
import { TappedWire } from '../lib/wire.js'

export const MAIN = resolve(import.meta.dirname, '../../../dist/app/main.js')
const CAPTURE = resolve(import.meta.dirname, '../../cases/sip-tls13-srtp/capture.pcap')
const PLAYER = resolve(import.meta.dirname, 'player.js')
/** Of the bridge and its ports: what changes by itself. */
const RESTLESS =
  /timer|stats|_id$|^(?:no|link_index|ifindex|link|address|permaddr|promiscuity|link_netnsid)$/u

/** Seconds: what was promised (HARDENING, Faults). A silence shows after two seconds and a quarter. */
export const SHOWN_WITHIN = 2
export const SILENCE_SHOWN_WITHIN = 3
export const NORMAL_WITHIN = 10

/** @param {number} milliseconds */
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`

export class Site {
  /**
   * @param {string} name of the scenario @param {string} prefix of its namespaces
   * @param {string[]} [options] of `callseal run` @param {string[]} [before] what starts it
   */
  constructor(name, prefix, options = [], before = []) {
    this.name = name
    this.wire = new TappedWire(prefix)
    this.right = 0
    this.wrong = 0
    /** @type {Map<number, (answer: any) => void>} */
    this.waiting = new Map()
    this.requests = 0
    this.calls = 0
    this.run = () => new Observer(this.wire, MAIN, options, before)
  }

  async open() {
    this.wire.up()
    const space = this.wire.addPlayer()
    this.elsewhere = space
    // Silence is silence: nobody looks for routers.
    for (const one of this.wire.spaces)
      execFileSync('ip', ['netns', 'exec', one, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1'])
    this.observer = this.run()
    this.player = this.wire.spawn(space, [process.execPath, PLAYER, CAPTURE], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const lines = createInterface({
      input: /** @type {import('node:stream').Readable} */ (this.player.stdout),
    })
    lines.on('line', (line) => {
      const answer = JSON.parse(line)
      this.waiting.get(answer.done)?.(answer)
    })
    await this.observer.listens()
    this.bridge = this.bridgeSettings()
  }

  close() {
    this.wire.down()
  }

  get seer() {
    if (this.observer === undefined) throw new Error('open() first')
    return this.observer
  }

  /** @param {boolean} isRight @param {string} sentence */
  check(isRight, sentence) {
    if (isRight) this.right++
    else this.wrong++
    process.stdout.write(`${isRight ? 'ok' : 'not ok'}: ${this.name}: ${sentence}\n`)
  }

  /** @param {object} request of player.js, without its id; resolves with its answer when all is sent */
  play(request) {
    const id = ++this.requests
    this.player?.stdin?.write(`${JSON.stringify({ ...request, id })}\n`)
    return /** @type {Promise<any>} */ (new Promise((done) => this.waiting.set(id, done)))
  }

  /** A call of eleven seconds begins; resolves when it is `protected` by what was seen of it so far. */
  async beginCall() {
    const number = ++this.calls
    const over = this.play({ kind: 'call', number })
    await until(
      `call ${number} to be protected; run said ${this.seer.talk}`,
      12,
      () => this.reportOf(number)?.grade === 'protected',
    )
    return { number, over }
  }

  /** The last report of a call, or of what is left of it for the engine of now. @param {number} number */
  reportOf(number) {
    const near = `10.${77 + number}.0.11:`
    /** @param {any} stream */
    const isOf = ({ source, destination }) => source.startsWith(near) || destination.startsWith(near)
    return [...this.seer.reports.values()].filter(({ media }) => media.some(isOf)).at(-1)
  }

  /** A whole call with nothing wrong: green, and nothing is missing of it. */
  async judgesAgain() {
    const { number, over } = await this.beginCall()
    await over
    const { grade, incomplete, media } = this.reportOf(number)
    const lost = media.reduce((/** @type {number} */ sum, /** @type {any} */ stream) => sum + stream.lost, 0)
    this.check(
      grade === 'protected' && incomplete.length === 0 && media.length === 2 && lost === 0,
      `a call afterwards is ${grade}, ${media.length} streams, ${lost} packets lost ${incomplete.join()}`,
    )
  }

  /** The call saw a time of blindness, and may not be green any more. @param {{ number: number, over: Promise<void> }} call */
  async isMarked({ number, over }) {
    const mark = until(`a mark at call ${number}`, 15, () =>
      this.reportOf(number)?.incomplete.includes('capture-loss'),
    )
    await mark.catch(() => undefined)
    await over
    const { grade, incomplete } = this.reportOf(number)
    this.check(
      grade !== 'protected' && incomplete.includes('capture-loss'),
      `the call of that time is ${grade} (${incomplete.join()})`,
    )
  }

  /**
   * `run` says it within so many seconds of `since`; gives when.
   * @param {string} words @param {number} since @param {number} within @param {string} [of]
   */
  async says(words, since, within, of = 'the fault') {
    const line = await until(`"${words}" of run, which said:\n${this.seer.talk}`, within + 15, () =>
      this.seer.said.find(({ at, text }) => at >= since && text.includes(words)),
    )
    const after = line.at - since
    this.check(
      after <= within * 1000,
      `"${line.text.replace('callseal: ', '')}" ${seconds(after)} after ${of}`,
    )
    return line.at
  }

  /** @param {number} since when the fault ended */
  recovers(since) {
    return this.says('sees everything again', since, NORMAL_WITHIN, 'its end')
  }

  /** True if the last that `run` said of its engine, its sight and its sampling is good. */
  seesAll() {
    /** @param {RegExp} words */
    const last = (words) => this.seer.said.filter(({ text }) => words.test(text)).at(-1)?.text ?? ''
    return (
      !/nothing/u.test(last(/engine/u)) &&
      !/cannot/u.test(last(/sees? everything/u)) &&
      !/sampled/u.test(last(/listening on/u))
    )
  }

  /** If `run` said since then that it lost frames the call is not green; if it said that it sampled the call says so. @param {number} number @param {number} since */
  isNotGreenerThan(number, since) {
    const { grade, incomplete } = this.reportOf(number)
    const said = this.saidSince(since).join()
    const isRight = said.includes('capture-loss')
      ? grade !== 'protected' && incomplete.includes('capture-loss')
      : !said.includes('sampled') || incomplete.includes('sampled')
    this.check(isRight, `the call of that time is ${grade} (${incomplete.join()})`)
  }

  /** Lines that `run` said since then. @param {number} since */
  saidSince(since) {
    return this.seer.said.filter(({ at }) => at >= since).map(({ text }) => text)
  }

  /** The box's own links may need a moment after they came up: this waits for the first frame through it. */
  async passes() {
    const begun = performance.now()
    const over = this.play({ kind: 'strangers', first: true })
    await over
    return performance.now() - begun
  }

  /** Settings of the bridge and its ports, without counters and timers. */
  bridgeSettings() {
    const text = execFileSync('ip', ['-n', this.wire.box, '-d', '-j', 'link', 'show'], { encoding: 'utf8' })
    /** @type {any[]} */
    const all = JSON.parse(text)
    return JSON.stringify(
      ['br0', this.wire.tap, 'tapfar'].map((name) => all.find(({ ifname }) => ifname === name)),
      (key, value) => (RESTLESS.test(key) ? undefined : value),
    )
  }

  /** Nobody changed the bridge, and strangers' frames pass. */
  async leavesBridgeAlone() {
    const now = this.bridgeSettings()
    if (now !== this.bridge) process.stdout.write(`  was ${this.bridge}\n  is  ${now}\n`)
    this.check(now === this.bridge, 'the bridge and its ports are set as before')
    const stop = this.sendStrangers()
    await lasts(500)
    await stop()
  }

  /** Frames of no interest go through the box until the function that this gives is called: it checks that none was lost. */
  sendStrangers() {
    const over = this.play({ kind: 'strangers' })
    return async () => {
      void this.play({ kind: 'halt' })
      const { sent, passed } = await over
      this.check(passed === sent && sent > 0, `${passed} of ${sent} strangers' frames passed the bridge`)
    }
  }

  /** The engine's process id; undefined while there is none. @returns {number | undefined} */
  engine() {
    const { pid } = this.seer.child
    try {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()
      return children === '' ? undefined : Number(children.split(' ')[0])
    } catch {
      return undefined
    }
  }
}

/** @param {number} pid */
export const isAlive = (pid) => {
  try {
    // A zombie is dead.
    return !/^State:\s+Z/mu.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
  } catch {
    return false
  }
}

/** @param {number} milliseconds how long a fault lasts */
export const lasts = (milliseconds) =>
  /** @type {Promise<void>} */ (new Promise((resolve) => setTimeout(resolve, milliseconds)))
