/** Checks of what makes a machine the box: its configuration, and the kernel's side of the panel. */
import { judged } from './check.ts'
import type { Check, Judgement } from './check.ts'
import type { MachineFacts } from './machine-facts.ts'

const LAMPS = ['callseal:red', 'callseal:amber', 'callseal:green'] as const

const judgeConfiguration = ({ configFaults }: MachineFacts): readonly Judgement[] => {
  if (configFaults === null) return [judged('unknown', null, "another machine's configuration is not read")]
  if (configFaults.length === 0) return [judged('ok', null, 'the configuration is right')]
  return configFaults.map((sentence) => judged('fail', null, sentence))
}

const judgeLamps = ({ panel }: MachineFacts): readonly Judgement[] => {
  const missing = LAMPS.filter((name) => !panel.lamps.includes(name))
  if (missing.length === LAMPS.length)
    return [
      judged(
        'warn',
        null,
        'the kernel has no lamps of the box: none are lit, or pins are, and such a lamp stays on if the program hangs',
      ),
    ]
  if (missing.length > 0) return missing.map((name) => judged('fail', name, 'is missing beside the others'))
  return panel.hasTransient === true
    ? [judged('ok', null, 'the kernel puts the lamps out when the program hangs')]
    : [
        judged(
          'fail',
          null,
          'a lamp stays on if the program hangs: the trigger `transient` is missing',
          'sudo modprobe ledtrig-transient; see hardware/modules-load.d',
        ),
      ]
}

const judgeScreen = ({ panel }: MachineFacts): readonly Judgement[] => {
  if (panel.buses === null) return [judged('unknown', null, 'whether there is an I2C bus cannot be read')]
  return panel.buses.length === 0
    ? [judged('warn', null, 'there is no I2C bus, so no screen')]
    : [judged('ok', null, `the screen can be on ${panel.buses.join(', ')}`)]
}

/** In the order in which somebody who sets the box up meets them. */
export const BOX_CHECKS: readonly Check[] = [
  {
    id: 'configuration',
    means: 'every key of the configuration is known and its value can be taken',
    read: 'the configuration file and CALLSEAL_ variables',
    mend: 'callseal config check; callseal config sample prints a file to begin with',
    onMirror: true,
    judge: judgeConfiguration,
  },
  {
    id: 'lamps',
    means: 'no lamp goes on saying what nobody vouches for any more',
    read: '/sys/class/leds/callseal:*/trigger',
    mend: 'the device-tree overlay in hardware/overlays; see hardware/assembly.md',
    onMirror: true,
    judge: judgeLamps,
  },
  {
    id: 'screen',
    means: 'the display can be reached',
    read: '/dev/i2c-*',
    mend: 'the device-tree overlay in hardware/overlays, and sudo modprobe i2c-dev',
    onMirror: true,
    judge: judgeScreen,
  },
]
