/** What is wrong with the display, in a sentence: where, and what to do. Pure. */
import { codeOf, reasonOf, type PartState } from '../part-state.ts'
import { BusStuckError } from './bus-line.ts'

export interface OledPlace {
  readonly bus: number
  readonly address: number
}

type Words = (place: OledPlace) => string

const hexOf = (address: number): string => `0x${address.toString(16)}`
const noAnswer: Words = ({ bus, address }) =>
  `No display answers at ${hexOf(address)} of I2C bus ${bus}: look at its four wires.`
const stuck: Words = ({ bus }) =>
  `I2C bus ${bus} is stuck: a wire touches another, or the display hangs; unplug and replug the display.`

/** By the code of the system error. Linux: Documentation/i2c/fault-codes.rst. */
const SENTENCES: ReadonlyMap<string, { readonly kind: PartState['kind']; readonly words: Words }> = new Map([
  [
    'ENOENT',
    {
      kind: 'absent',
      words: ({ bus }) => `There is no I2C bus ${bus} (/dev/i2c-${bus}): switch it on and load i2c-dev.`,
    },
  ],
  [
    'EACCES',
    {
      kind: 'failing',
      words: ({ bus }) => `This program may not use /dev/i2c-${bus}: put its user into the group i2c.`,
    },
  ],
  [
    'EBUSY',
    {
      kind: 'failing',
      words: ({ bus, address }) =>
        `A driver of the kernel holds ${hexOf(address)} of I2C bus ${bus}: remove its overlay.`,
    },
  ],
  ['EREMOTEIO', { kind: 'absent', words: noAnswer }],
  ['ENXIO', { kind: 'absent', words: noAnswer }],
  ['EIO', { kind: 'absent', words: noAnswer }],
  ['ENODEV', { kind: 'absent', words: ({ bus }) => `I2C bus ${bus} went away.` }],
  ['ETIMEDOUT', { kind: 'failing', words: stuck }],
  ['EAGAIN', { kind: 'failing', words: stuck }],
])

/** Of whatever the bus rejected with. */
export const oledFault = (error: unknown, place: OledPlace): PartState => {
  if (error instanceof BusStuckError) return { part: 'screen', kind: 'failing', sentence: stuck(place) }
  const known = SENTENCES.get(codeOf(error))
  if (known !== undefined) return { part: 'screen', kind: known.kind, sentence: known.words(place) }
  return { part: 'screen', kind: 'failing', sentence: `The display cannot be used: ${reasonOf(error)}.` }
}
