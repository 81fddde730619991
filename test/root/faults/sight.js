// @ts-check
/** What is not seen although adapter and program are well: a deaf socket, tunnels; and a clock that somebody sets. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Output, until } from '../lib/conditions.js'
import { MAIN, SHOWN_WITHIN } from './site.js'

/** @typedef {import('./site.js').Site} Site */

const YEARS = 10 * 365 * 86_400_000

/** @param {Site} site */
export const deaf = async (site) => {
  const stopStrangers = site.sendStrangers()
  const call = await site.beginCall()
  const engine = await until('an engine', 5, () => site.engine())
  const spell = site.wire.spawn(
    site.wire.box,
    [process.execPath, join(import.meta.dirname, 'deafen.js'), String(engine)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  await new Output(spell).shows('deaf', 5, 'deafen.js')
  await site.says('deaf-socket', performance.now() + 5000, SHOWN_WITHIN, 'five seconds of it')
  spell.stdin?.end()
  await site.recovers(performance.now())
  await site.isMarked(call)
  await stopStrangers()
  await site.judgesAgain()
}

/** A file in a folder of its own, whose number is what the clocks are wrong by. */
const folder = mkdtempSync(join(tmpdir(), 'callseal-faults-'))
process.on('exit', () => rmSync(folder, { recursive: true }))
const step = join(folder, 'clock-step')
writeFileSync(step, '0')

/** What starts `run` with a clock that can be set. */
export const OWN_CLOCK = [
  'env',
  `NODE_OPTIONS=--import=${join(import.meta.dirname, 'clock-step.js')}`,
  `CALLSEAL_CLOCK_STEP=${step}`,
]

/** @param {Site} site */
export const clockSet = async (site) => {
  for (const [way, years] of /** @type {[string, number][]} */ ([
    ['ten years ahead', YEARS],
    ['twenty years back', -YEARS],
  ])) {
    const call = await site.beginCall()
    const begun = performance.now()
    writeFileSync(step, String(years))
    await site.says('clock-step', begun, SHOWN_WITHIN, way)
    await site.recovers(begun)
    await call.over
    const { grade, incomplete, durationSeconds } = site.reportOf(call.number)
    site.check(
      grade === 'protected' && incomplete.length === 0 && durationSeconds < 15,
      `the call of that time is ${grade}, lasts ${durationSeconds} s`,
    )
  }
  await site.judgesAgain()
}

/** IPv4 in Ethernet, as hexadecimal digits. @param {number} protocol @param {string} hosts source and destination @param {string} payload */
const packet = (protocol, hosts, payload) => {
  const header = Buffer.from(`45000000000040004000${'0000'}${hosts}`, 'hex')
  header.writeUInt16BE(20 + payload.length / 2, 2)
  header[9] = protocol
  let sum = 0
  for (let at = 0; at < 20; at += 2) sum += header.readUInt16BE(at)
  header.writeUInt16BE(~((sum & 0xffff) + (sum >> 16)) & 0xffff, 10)
  return `0200000000060200000000050800${header.toString('hex')}${payload}`
}

const noise = (/** @type {number} */ bytes, seed = 7) => {
  const made = Buffer.alloc(bytes)
  for (let at = 0; at < bytes; at++) made[at] = (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 16
  return made.toString('hex')
}

const word = (/** @type {number} */ value) => value.toString(16).padStart(8, '0')

/** ESP; WireGuard's handshake, answer and data; each between hosts of its own. */
const tunnelFrames = () => {
  const frames = []
  const ports = (/** @type {string} */ there, /** @type {string} */ body) =>
    `${there}${(8 + body.length / 2).toString(16).padStart(4, '0')}0000${body}`
  const wireGuard = (/** @type {string} */ body) => packet(17, 'c0000215c6336415', ports('ca6cca6c', body))
  frames.push(wireGuard(`01000000${noise(144)}`))
  frames.push(packet(17, 'c6336415c0000215', ports('ca6cca6c', `02000000${noise(88)}`)))
  for (let number = 1; number <= 96; number++) {
    frames.push(packet(50, 'c0000214c6336414', `00001234${word(number)}${noise(120, number)}`))
    frames.push(
      wireGuard(
        `0400000000005678${number.toString(16).padStart(2, '0')}${'00'.repeat(7)}${noise(112, number)}`,
      ),
    )
  }
  return frames
}

/** Findings about the wire, as an engine by itself tells them. @param {Site} site */
const listenToEngine = async (site) => {
  const path = join(folder, 'engine.sock')
  site.wire.spawn(
    site.wire.box,
    [process.execPath, MAIN, 'run-engine', '--interface', site.wire.tap, '--socket', path],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  /** @type {{ findings: any[] }} */
  const wire = { findings: [] }
  /** @returns {Promise<import('node:net').Socket | null>} */
  const tryOnce = () =>
    new Promise((resolve) => {
      const socket = connect(path, () => resolve(socket)).once('error', () => resolve(null))
    })
  let socket = await tryOnce()
  for (const end = performance.now() + 10_000; socket === null && performance.now() < end;)
    socket = await tryOnce()
  if (socket === null) throw new Error('no engine listens')
  socket.write(`${JSON.stringify({ type: 'hello', protocol: 1, config: null })}\n`)
  createInterface({ input: socket }).on('line', (line) => {
    const message = JSON.parse(line)
    if (message.type === 'wire') wire.findings = message.report.findings
  })
  return wire
}

/** @param {Site} site */
export const tunnelled = async (site) => {
  const wire = await listenToEngine(site)
  await site.play({ kind: 'frames', side: 'phones', frames: tunnelFrames(), every: 10, times: 1 })
  const sent = performance.now()
  const seen = await until(
    'a finding about tunnels',
    15,
    () => wire.findings.find(({ id }) => id === 'tunnel')?.seen,
  )
  const after = ((performance.now() - sent) / 1000).toFixed(1)
  for (const name of ['ipsec', 'wireguard'])
    site.check(seen.includes(name), `${name} is named: "${seen}" (${after} s after the last packet)`)
  await site.says('on the wire: ', sent, 10, 'the last packet')
  site.check(site.seer.reports.size === 0, 'and no call was made of it')
}
