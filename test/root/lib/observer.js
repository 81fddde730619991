// @ts-check
/** `callseal run --json` on the tapped port of a wire, and the last report of each call that it printed. */
import { until } from './conditions.js'

export class Observer {
  /** @param {import('./wire.js').TappedWire} wire @param {string} main the program's file @param {string[]} [options] of `run` @param {readonly string[]} [before] what starts it */
  constructor(wire, main, options = [], before = []) {
    /** @type {Map<string, any>} */
    this.reports = new Map()
    /** Hears each report of a call. @type {(report: any) => void} */
    this.onReport = () => undefined
    this.talk = ''
    /** Lines of standard error, and when they came, by performance.now(). @type {{ at: number, text: string }[]} */
    this.said = []
    this.reportsTold = 0
    this.wire = wire
    this.child = wire.spawn(
      wire.box,
      [...before, process.execPath, main, 'run', '--interface', wire.tap, '--json', ...options],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let rest = ''
    this.child.stdout?.setEncoding('utf8').on('data', (piece) => {
      const lines = (rest + piece).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#onReport(JSON.parse(line))
    })
    this.child.stderr?.setEncoding('utf8').on('data', (piece) => {
      this.talk += piece
      for (const text of piece.split('\n')) if (text !== '') this.said.push({ at: performance.now(), text })
    })
  }

  /** @param {any} report */
  #onReport(report) {
    if (report.type !== 'call') return
    this.reports.set(report.id, report)
    this.reportsTold++
    this.onReport(report)
  }

  get hasEnded() {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  /** It names the interface on standard error when it listens. */
  async listens() {
    await until(
      `callseal run to listen; it said: ${this.talk}`,
      30,
      () => this.talk.includes(this.wire.tap) || this.hasEnded,
    )
    if (this.child.exitCode !== null)
      throw new Error(`callseal run ended with ${this.child.exitCode}: ${this.talk}`)
  }

  /** Asks it to end and waits until it has printed its last reports. */
  async close() {
    this.child.kill('SIGTERM')
    await until(`callseal run to end; it said: ${this.talk}`, 30, () => this.hasEnded)
  }
}
