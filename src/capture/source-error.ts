/** Why a live source cannot listen: a sentence for people, a word for programs. */

export type SourceErrorReason =
  /** There is no such interface, or it is of a kind that carries no frames we can read. */
  | 'no-interface'
  | 'no-permission'
  /** A package or program that this source needs is not there. */
  | 'unavailable'
  | 'failed'

/** `message` is a whole clause without a full stop, fit to stand behind the name of the source. */
export class SourceError extends Error {
  readonly reason: SourceErrorReason

  constructor(reason: SourceErrorReason, message: string, options: ErrorOptions = {}) {
    super(message, options)
    this.name = 'SourceError'
    this.reason = reason
  }
}

/** The one sentence about missing rights. */
export const permissionError = (interfaceName: string): SourceError =>
  new SourceError(
    'no-permission',
    `listening on ${interfaceName} needs CAP_NET_RAW: run as root or grant that capability`,
  )

const LONGEST_CAUSE = 160

/** What to do where a package is missing. */
const REMEDIES = {
  koffi: 'npm install koffi',
  pcap: 'apt install libpcap-dev g++ make, then npm install pcap',
} as const

/** `NAME could not be loaded (why): what to do`; a missing package is said in words, because Node's own sentence is a path. */
export const loadError = (packageName: keyof typeof REMEDIES, cause: unknown): SourceError => {
  const { code, message = String(cause) } = cause as { code?: string; message?: string }
  const firstLine = message.split('\n', 1)[0] ?? ''
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
  const why = isMissing ? 'the npm package is not installed' : firstLine
  return new SourceError(
    'unavailable',
    `${packageName} could not be loaded (${why.slice(0, LONGEST_CAUSE)}): ${REMEDIES[packageName]}`,
    { cause },
  )
}
