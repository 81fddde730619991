/** What a listener learned, one row a kind of thing; what was not learned has no row. Texts must be sanitised. Pure. */
import type { Exposure } from '../../core/index.ts'
import { countOf, durationOf } from './words.ts'

/** One thing that can be learned, in the order of how much it hurts. */
interface ExposureRow {
  readonly label: string
  /** Empty if it was not learned. */
  readonly of: (exposure: Exposure) => string
}

const flag = (isLearned: boolean, text: string): string => (isLearned ? text : '')
const some = (count: number, one: string, many?: string): string => flag(count > 0, countOf(count, one, many))
const joined = (texts: readonly string[]): string => texts.filter((text) => text !== '').join(', ')

const audioOf = ({ audio }: Exposure): string =>
  audio
    .map(({ source, destination, codec, seconds, decodable, lostPercent }) => {
      const how = decodable ? 'can be played with common tools' : 'needs a special decoder'
      const lost = lostPercent > 0 ? `, ${lostPercent.toFixed(1)} % lost` : ''
      return `${durationOf(seconds)} of ${codec} from ${source} to ${destination} (${how}${lost})`
    })
    .join('; ')

const authenticationsOf = ({ authentications }: Exposure): string =>
  authentications
    .map(({ realm, algorithm, qop, count }) => {
      const times = count === 1 ? '' : `, ${count} times`
      return `${algorithm} for realm ${realm === '' ? '(none)' : realm}${qop ? '' : ', without qop'}${times}`
    })
    .join('; ')

const partiesOf = ({ parties }: Exposure): string =>
  parties
    .filter(({ value }) => value !== '')
    .map(({ role, value }) => `${role.replaceAll('-', ' ')} ${value}`)
    .join(', ')

const ROWS: readonly ExposureRow[] = [
  { label: 'audio', of: audioOf },
  { label: 'video', of: ({ videoSeconds }) => flag(videoSeconds > 0, durationOf(videoSeconds)) },
  { label: 'fax', of: ({ faxSeconds }) => flag(faxSeconds > 0, durationOf(faxSeconds)) },
  { label: 'media keys', of: ({ mediaKeys }) => some(mediaKeys, 'key') },
  { label: 'digits', of: ({ dtmfDigits }) => some(dtmfDigits, 'typed digit') },
  { label: 'messages', of: ({ textMessages }) => some(textMessages, 'text message') },
  { label: 'logins', of: authenticationsOf },
  { label: 'parties', of: partiesOf },
  {
    label: 'numbers',
    of: ({ extensionNumbers, externalNumbers, usernames, dialledNumber, callerId }) =>
      joined([
        some(extensionNumbers, 'internal number'),
        some(externalNumbers, 'external number'),
        some(usernames, 'user name'),
        flag(dialledNumber, 'the dialled number'),
        flag(callerId, 'the caller’s number'),
      ]),
  },
  { label: 'times', of: ({ times }) => flag(times, 'when it rang, was answered and ended') },
  { label: 'phones', of: ({ userAgents }) => joined(userAgents) },
  { label: 'hosts', of: ({ addresses }) => joined(addresses) },
  { label: 'network', of: ({ networkLayout }) => joined(networkLayout) },
  {
    label: 'media',
    of: ({ codecs, mediaPorts }) =>
      joined([...codecs, mediaPorts.length === 0 ? '' : `ports ${mediaPorts.join(', ')}`]),
  },
]

/** Label and text of everything that was learned. */
export const explainExposure = (exposure: Exposure): [label: string, text: string][] =>
  ROWS.map(({ label, of }): [string, string] => [label, of(exposure)]).filter(([, text]) => text !== '')
