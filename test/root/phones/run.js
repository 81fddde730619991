// @ts-check
/**
 * Real phones over a real bridge, judged live: each scenario's call is made by baresip (some through kamailio) while `callseal run` listens on
 * the bridge's port, and its last report is held against what the scenario expects. Prints a line each; exit 1 if one is wrong.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Baresip } from './baresip.js'
import { evidenceTimes, Witness } from './evidence.js'
import { until } from '../lib/conditions.js'
import { Observer } from '../lib/observer.js'
import { PBX, startKamailio } from './kamailio.js'
import { writeCertificates, writeSpeech } from './materials.js'
import { SCENARIOS } from './scenarios.js'
import { TappedWire } from '../lib/wire.js'

const MAIN = resolve(import.meta.dirname, '../../../dist/app/main.js')
/** Time to ask for a verdict after the media began, beyond what the evidence needs. */
const VERDICT_SECONDS = 15
/** From the last packet that the verdict needs until it is told, in milliseconds. */
const MOST_DELAY = 2000
const wire = new TappedWire(`cs${process.pid}`)
const folder = mkdtempSync(join(tmpdir(), 'callseal-phones-'))
/** @typedef {import('./scenarios.js').Scenario} Scenario @typedef {{ scenario: Scenario, alice: Baresip, bob: Baresip, from: string, to: string }} Pair */

let hosts = 0

/** @param {Scenario} scenario @returns {Pair} */
const makePair = (scenario) => {
  const index = ++hosts
  const from = scenario.six === true ? `2001:db8::a:${index}` : `192.0.2.${20 + index}`
  const to = scenario.six === true ? `2001:db8::b:${index}` : `192.0.2.${120 + index}`
  const prefix = scenario.six === true ? 64 : 24
  const nearSpace = wire.addHost('phones', `a${index}`, `${from}/${prefix}`)
  const farSpace = wire.addHost('far', `b${index}`, `${to}/${prefix}`)
  /** @param {Partial<import('./baresip.js').Phone>} phone @param {string} address */
  const phone = (phone, address) => ({
    ...phone,
    address,
    ...(phone.certificate === undefined ? {} : { certificate: join(folder, phone.certificate) }),
    ...(phone.openssl === undefined ? {} : { openssl: join(folder, phone.openssl) }),
    ...(scenario.way === 'pbx' ? { registrar: phone.transport === 'tls' ? `${PBX}:5061` : PBX } : {}),
  })
  const far = new Baresip(
    wire,
    farSpace,
    folder,
    scenario.name,
    join(folder, 'bob.wav'),
    phone(scenario.bob, to),
  )
  const near = new Baresip(
    wire,
    nearSpace,
    folder,
    `${scenario.name}-caller`,
    join(folder, 'alice.wav'),
    phone(scenario.alice, from),
  )
  return { scenario, alice: near, bob: far, from, to }
}

/** @param {Pair} pair */
const ready = async ({ scenario, alice, bob }) => {
  for (const phone of [alice, bob])
    await phone.shows(scenario.way === 'pbx' ? '200 OK' : 'baresip is ready', 30)
}

/** @param {Pair} pair */
const dial = async ({ scenario, alice, to }) => {
  const host =
    scenario.way === 'pbx'
      ? scenario.alice.transport === 'tls'
        ? `${PBX}:5061`
        : PBX
      : scenario.six === true
        ? `[${to}]`
        : to
  alice.type(`/dial sip:${scenario.name}@${host};transport=${scenario.alice.transport ?? 'udp'}`)
  await alice.shows('Call established', 20)
}

/** Whether a report is of the call between two hosts. @param {any} report @param {Pair} pair @returns {boolean} */
const isOf = (report, { scenario, from, to }) => {
  const peers = scenario.way === 'pbx' ? [to, PBX] : [to]
  return report.media.some((/** @type {any} */ { source, destination }) => {
    const hosts = [hostOf(source), hostOf(destination)]
    return hosts.includes(from) && hosts.some((host) => peers.includes(host))
  })
}

/** @param {Observer} observer @param {Pair} pair */
const reportOf = ({ reports }, pair) => [...reports.values()].find((report) => isOf(report, pair))

const hostOf = (/** @type {string} */ end) => end.slice(0, end.lastIndexOf(':')).replace(/^\[|\]$/g, '')

/** What differs from the scenario's expectation, in words; empty if nothing. @param {Scenario} scenario @param {any} report */
const differences = ({ expect }, report) => {
  const media = report.media.map((/** @type {any} */ stream) => stream.protection).sort()
  const findings = report.findings.map((/** @type {any} */ finding) => finding.id)
  return [
    ...(report.grade === expect.grade ? [] : [`grade ${report.grade}, not ${expect.grade}`]),
    ...(report.signalling.protection === expect.signalling
      ? []
      : [`signalling ${report.signalling.protection}, not ${expect.signalling}`]),
    ...(new Set(media).size === new Set(expect.media).size && expect.media.every((one) => media.includes(one))
      ? []
      : [`media ${media}, not ${expect.media}`]),
    ...(expect.findings ?? []).filter((id) => !findings.includes(id)).map((id) => `no finding ${id}`),
  ]
}

/** @param {Observer} observer @param {Pair} pair */
const judge = async (observer, pair) => {
  const { scenario } = pair
  try {
    await until('the right verdict', VERDICT_SECONDS, () => {
      const report = reportOf(observer, pair)
      return report !== undefined && differences(scenario, report).length === 0
    })
    process.stdout.write(`ok: ${scenario.name}: ${scenario.expect.grade}\n`)
    return true
  } catch {
    const report = reportOf(observer, pair)
    process.stdout.write(
      `FAILED: ${scenario.name}: ${report === undefined ? 'no call' : differences(scenario, report).join('; ')}\n`,
    )
    if (report !== undefined) process.stdout.write(`${JSON.stringify(report)}\n`)
    return false
  }
}

/**
 * Prints how long each verdict took from the evidence on; false if one took too long. Of calls that were up before, each listener began to
 * gather evidence at a moment of its own.
 * @param {Map<string, number>} told milliseconds since the epoch @param {Map<string, number>} known likewise @param {Pair[]} pairs
 */
const judgeDelays = (told, known, pairs) => {
  const delays = pairs.map(({ scenario: { name } }) => (told.get(name) ?? NaN) - (known.get(name) ?? NaN))
  for (const [
    index,
    {
      scenario: { name },
    },
  ] of pairs.entries()) {
    const delay = delays[index] ?? NaN
    if (!(delay <= MOST_DELAY))
      process.stdout.write(`FAILED: ${name}: evidence at ${known.get(name)}, told at ${told.get(name)}\n`)
  }
  process.stdout.write(
    `verdicts were told at most ${Math.round(Math.max(...delays))} ms after their evidence\n`,
  )
  return delays.every((delay) => delay <= MOST_DELAY)
}

const main = async () => {
  const only = process.argv.slice(2)
  const chosen = SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name))
  writeSpeech(join(folder, 'alice.wav'), 210)
  writeSpeech(join(folder, 'bob.wav'), 120)
  writeCertificates(folder)
  wire.up()
  await startKamailio(wire, folder)
  const late = chosen.filter((scenario) => scenario.late !== undefined).map(makePair)
  await Promise.all(late.map(ready))
  await Promise.all(late.filter(({ scenario }) => scenario.late === 'talking').map(dial))
  const witness = new Witness(wire, join(folder, 'wire.pcap'))
  const observer = new Observer(wire, MAIN, ['--parties', 'full'])
  await Promise.all([witness.listens(), observer.listens()])
  const others = chosen.filter((scenario) => scenario.late === undefined).map(makePair)
  const pairs = [...late, ...others]
  /** The scenario whose expectation a report fulfils. @param {any} report */
  const fulfilledBy = (report) =>
    pairs.find((pair) => isOf(report, pair) && differences(pair.scenario, report).length === 0)?.scenario
      .name ?? null
  /** @type {Map<string, number>} */
  const told = new Map()
  observer.onReport = (report) => {
    const name = fulfilledBy(report)
    if (name !== null && !told.has(name)) told.set(name, Date.now())
  }
  await Promise.all(others.map(ready))
  await Promise.all(pairs.filter(({ scenario }) => scenario.late !== 'talking').map(dial))
  const held = pairs.filter(({ scenario }) => scenario.middle === 'hold')
  for (const { alice } of held) alice.type('/hold')
  for (const { alice } of held) alice.type('/resume')
  const good = await Promise.all(pairs.map((pair) => judge(observer, pair)))
  for (const { alice } of pairs) alice.type('/hangup')
  const readable = others.filter(({ scenario }) => scenario.expect.signalling === 'plain')
  await until('the calls to end', 20, () =>
    readable.every((pair) => reportOf(observer, pair)?.state === 'ended'),
  )
  await witness.close()
  const inTime = judgeDelays(told, await evidenceTimes(witness.file, fulfilledBy), others)
  process.stdout.write(`${good.filter(Boolean).length} of ${good.length} scenarios right\n`)
  return good.every(Boolean) && inTime
}

let isGood = false
try {
  isGood = await main()
} catch (error) {
  process.stdout.write(`FAILED: ${error instanceof Error ? error.message : String(error)}\n`)
} finally {
  wire.down()
  if (process.env['KEEP'] === undefined) rmSync(folder, { recursive: true, force: true })
}
process.exit(isGood ? 0 : 1)
