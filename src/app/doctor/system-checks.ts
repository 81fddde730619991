/** Checks of the box itself: may it capture, can it keep up, does it know the time, and who restarts it. */
import { judged, judgedIfKnown } from './check.ts'
import type { Check, Judgement } from './check.ts'
import type { MachineFacts, UnitFacts } from './machine-facts.ts'
import { UNITS } from './read-machine.ts'
import { ringTolerance } from './ring-tolerance.ts'

/** <linux/capability.h> */
const CAP_NET_RAW = 13n
/** Before this program was written no clock can be right. */
const FIRST_YEAR = 2025
/** A stop of the program that must not lose frames: a collection of garbage, a busy card. */
const WANTED_SECONDS = 2
const LEAST_SECONDS = 0.5

const judgeCapability = (facts: MachineFacts): readonly Judgement[] => {
  if (facts.capabilities === null)
    return [judged('unknown', null, 'the capabilities of this process cannot be read')]
  if (((facts.capabilities >> CAP_NET_RAW) & 1n) === 1n)
    return [judged('ok', null, 'this process may capture')]
  return facts.units?.get(UNITS[0])?.loaded === true
    ? [judged('ok', null, "this process may not capture; the engine's unit brings its own right")]
    : [judged('fail', null, 'this process may not capture')]
}

/** One of the two is enough; the ring, which needs koffi, is the better one. */
const judgePackages = (facts: MachineFacts): readonly Judgement[] => {
  const another = [...facts.packages.values()].includes(null)
  return [...facts.packages].map(([name, why]) => {
    if (why === undefined) return judged('unknown', name, "cannot be tried on another machine's files")
    if (why === null) return judged('ok', name, 'loads')
    return judged(another ? 'warn' : 'fail', name, `does not load: ${why}`)
  })
}

const judgeRing = (facts: MachineFacts): readonly Judgement[] => {
  const rates = facts.ports.map((port) => port.bytesPerSecond).filter((rate) => rate !== null)
  if (rates.length === 0) return [judged('unknown', null, 'the present rate cannot be read')]
  // Each frame passes both ports, and the ring sees one of them.
  const rate = Math.max(...rates)
  const { whole, filtered } = ringTolerance(facts.ring, rate)
  const least = Math.min(whole, filtered)
  const status = least >= WANTED_SECONDS ? 'ok' : least >= LEAST_SECONDS ? 'warn' : 'fail'
  const now = rate === 0 ? 'on the silent wire' : `of every frame at the present ${megabits(rate)} Mbit/s`
  return [
    judged(
      status,
      null,
      `the ring holds ${seconds(whole)} ${now}, ${seconds(filtered)} of what the filter keeps`,
    ),
  ]
}

const megabits = (bytesPerSecond: number): string => ((bytesPerSecond * 8) / 1e6).toFixed(2)

const seconds = (value: number): string =>
  value === Infinity ? 'any time' : value >= 100 ? 'over 100 s' : `${value.toFixed(1)} s`

const judgeClock = (facts: MachineFacts): readonly Judgement[] => {
  if (facts.year < FIRST_YEAR)
    return [judged('fail', null, `the clock says ${facts.year}: no certificate can be judged`)]
  if (facts.clockSynchronised === null)
    return [judged('unknown', null, 'whether the clock is right cannot be read')]
  return facts.clockSynchronised
    ? [judged('ok', null, 'the clock is synchronised')]
    : [judged('warn', null, 'the clock is not synchronised: certificates may be misjudged')]
}

const judgeUnits = (facts: MachineFacts): readonly Judgement[] => {
  if (facts.units === null) return [judged('unknown', null, 'systemd cannot be asked')]
  return UNITS.map((name) =>
    judgedIfKnown(name, facts.units?.get(name) ?? null, 'this unit', (unit) => judgeUnit(name, unit)),
  )
}

const judgeUnit = (name: string, unit: UnitFacts): Judgement => {
  if (!unit.loaded) {
    return judged('warn', name, 'is not installed', 'see /opt/callseal/systemd/README.md')
  }
  if (['', '0', 'infinity'].includes(unit.watchdog)) {
    return judged('fail', name, 'has no watchdog: if it hangs, nobody restarts it')
  }
  return unit.active
    ? judged('ok', name, `runs, and is restarted if it hangs for ${unit.watchdog}`)
    : judged('warn', name, 'does not run', `sudo systemctl start ${name}; journalctl -u ${name}`)
}

const judgeHardwareWatchdog = (facts: MachineFacts): readonly Judgement[] => {
  if (facts.hardwareWatchdog === null)
    return [judged('warn', null, 'there is no hardware watchdog, or its driver is missing')]
  return facts.hardwareWatchdog === 'active'
    ? [judged('ok', null, 'the hardware restarts the box if the system hangs')]
    : [judged('warn', null, 'the hardware watchdog is there and nobody winds it')]
}

/** In the order in which a start meets them. */
export const SYSTEM_CHECKS: readonly Check[] = [
  {
    id: 'capture-right',
    means: 'packets can be captured (CAP_NET_RAW)',
    read: '/proc/self/status CapEff',
    mend: 'run with sudo, or let callseal-engine.service run it',
    onMirror: true,
    judge: judgeCapability,
  },
  {
    id: 'capture-package',
    means: 'the native packages that frames come through load',
    read: 'loads koffi and pcap',
    mend: 'npm install %s',
    onMirror: true,
    judge: judgePackages,
  },
  {
    id: 'ring-tolerance',
    means: 'a stalled program loses no frame for so long',
    read: '/sys/class/net/PORT/statistics over a second, and the size of the ring',
    mend: 'more blocks for the ring, or a faster box',
    onMirror: true,
    judge: judgeRing,
  },
  {
    id: 'clock',
    means: 'certificates are judged by the right date, and reports tell the right time',
    read: '/run/systemd/timesync/synchronized, timedatectl',
    mend: 'sudo timedatectl set-ntp true (and a management network that reaches a time server)',
    onMirror: true,
    judge: judgeClock,
  },
  {
    id: 'unit-watchdog',
    means: 'systemd restarts engine and box when they hang',
    read: 'systemctl show',
    mend: 'sudo cp /opt/callseal/systemd/system/* /etc/systemd/system/ && sudo systemctl daemon-reload',
    onMirror: true,
    judge: judgeUnits,
  },
  {
    id: 'hardware-watchdog',
    means: 'the hardware restarts the box when its system hangs',
    read: '/sys/class/watchdog/watchdog0/state',
    mend: 'sudo cp /opt/callseal/systemd/system.conf.d/* /etc/systemd/system.conf.d/ && sudo systemctl daemon-reexec',
    onMirror: true,
    judge: judgeHardwareWatchdog,
  },
]
