/** Turns an error of the broker's side into a name and one plain sentence. Pure. */
import { shownText } from './broker-message.ts'
import { TROUBLE_TABLE } from './broker-trouble-table.ts'

export interface BrokerTrouble {
  /** Of the row; `other` where there is none. */
  readonly name: string
  readonly sentence: string
}

/** What the sentences speak of. */
export interface TroublePlace {
  readonly host: string
  readonly port: number
  /** TLS is asked for. */
  readonly isSecure: boolean
  /** The broker had let this box in. */
  readonly wasUp: boolean
  readonly user: string | null
  /** The wall clock, milliseconds since the epoch. */
  readonly wall: number
}

/** Whoever made the broker's certificate lived after this; a clock before it was never set. */
const OLDEST_HONEST_CLOCK = Date.UTC(2025, 0, 1)

/** `ECONNREFUSED`, `mqtt:135`, or the words of an error without a code. */
const codeOf = (error: Error): string => {
  const { code } = error as { code?: unknown }
  if (typeof code === 'number') return `mqtt:${code}`
  return typeof code === 'string' ? code : `own:${error.message}`
}

/** `own:` codes: an error that this program found. */
export class OwnTrouble extends Error {
  readonly code: string

  /** `name` without `own:`; `detail` for the sentence. */
  constructor(name: string, detail = '') {
    super(detail)
    this.code = `own:${name}`
  }
}

const clockWords = (wall: number): string =>
  wall < OLDEST_HONEST_CLOCK
    ? new Date(wall).toISOString().slice(0, 4)
    : new Date(wall).toISOString().slice(0, 10)

const MAX_DETAIL = 160

/** What the error itself adds: the names in a certificate, a file, OpenSSL's reason. */
const detailOf = (error: Error): string => {
  const { cert, reason } = error as { cert?: { subjectaltname?: string }; reason?: unknown }
  const names = cert?.subjectaltname ?? (typeof reason === 'string' ? reason : error.message)
  return shownText(names, MAX_DETAIL)
}

/** What a code means there: the same error says something else about a clock that was never set, and about TLS. */
const codeAt = (code: string, { wall, isSecure, wasUp }: TroublePlace): string => {
  if (code === 'CERT_NOT_YET_VALID' && wall < OLDEST_HONEST_CLOCK) return 'own:clock-unset'
  const isReset = code === 'ECONNRESET' || code === 'EPIPE'
  if (isReset && wasUp) return 'own:closed'
  return isReset && isSecure ? 'own:closed-in-tls' : code
}

export const troubleOf = (error: Error, place: TroublePlace): BrokerTrouble => {
  const code = codeAt(codeOf(error), place)
  const row = TROUBLE_TABLE.find(({ codes }) => codes.includes(code))
  const broker = `${place.host.includes(':') ? `[${place.host}]` : place.host}:${place.port}`
  if (row === undefined) {
    return {
      name: 'other',
      sentence: `the broker ${shownText(broker)} cannot be used (${shownText(code)}: ${detailOf(error)}): its journal may say more`,
    }
  }
  const words: Readonly<Record<string, string>> = {
    broker: shownText(broker),
    host: shownText(place.host),
    user: place.user === null ? '(none)' : `"${shownText(place.user)}"`,
    clock: clockWords(place.wall),
    detail: detailOf(error),
  }
  return {
    name: row.name,
    sentence: row.sentence.replace(/\{([a-z]+)\}/g, (_, word: string) => words[word] ?? ''),
  }
}
