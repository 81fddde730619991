// @ts-check
/**
 * What the engine said of a labelled capture, held against its label. Pure: reports and labels in, mismatches out. Used by
 * `npm run score` and by test/score.test.ts.
 *
 * A label names streams by source, destination and SSRC, with `encryption`: `none`, `unknown`, or the kind of SRTP; a NULL cipher counts
 * as readable. `acceptedGrades` lists acceptable answers, each the grades of all calls of the capture.
 *
 * @typedef {{ src: string, dst: string, ssrc: string, packets: number, encryption: string }} StreamLabel
 * @typedef {{ file: string, acceptedGrades: string[][], streams: StreamLabel[], callIds?: string[] }} CaptureLabel
 * @typedef {{ callId: string, transport: string, sdpProfile: string[] | null, sdesKeysVisible: boolean, visibleToTap?: boolean,
 *   media: StreamLabel[] }} CallLabel
 * @typedef {{ file: string, calls: CallLabel[], streamsWithoutSignalling: StreamLabel[], negatives: string }} PublicLabel
 * @typedef {{ source: string, destination: string, ssrc: string | null, protection: string, keyExposure: string, packets: number }} Media
 * @typedef {{ callIds: readonly string[], grade: string, reasons: readonly string[], signalling: { transport: string | null },
 *   claims: readonly { offered: readonly string[], answered: readonly string[] }[], media: readonly Media[],
 *   exposure: { mediaKeys: number } }} Call
 * @typedef {{ calls: readonly Call[], summary: { otherMedia: readonly Media[] } }} Judgement
 * @typedef {{ right: number, wrong: number, undecided: number, missing: number }} StreamScore
 */

const READABLE = ['clear', 'auth-only']
const ENCRYPTED = ['encrypted', 'probably-encrypted']

/** A score that adds up. @returns {StreamScore} */
export const emptyScore = () => ({ right: 0, wrong: 0, undecided: 0, missing: 0 })

/**
 * The grades of the calls against the accepted answers; a line for a mismatch.
 * @param {CaptureLabel} label @param {Judgement} judgement @returns {string | null}
 */
export function gradeMismatch(label, judgement) {
  const grades = judgement.calls.map((call) => call.grade).sort()
  const isAccepted = label.acceptedGrades.some((accepted) => [...accepted].sort().join() === grades.join())
  if (isAccepted) return null
  const reasons = judgement.calls.map((call) => `${call.grade} (${call.reasons.join(', ')})`)
  return `${label.file}: grades are [${reasons.join(' + ')}], accepted ${JSON.stringify(label.acceptedGrades)}`
}

/**
 * Labelled Call-IDs that no call names; a line each.
 * @param {CaptureLabel} label @param {Judgement} judgement
 */
export function missingCallIds(label, judgement) {
  const named = new Set(judgement.calls.flatMap((call) => call.callIds))
  return (label.callIds ?? [])
    .filter((id) => !named.has(id))
    .map((id) => `${label.file}: no call names Call-ID ${id}`)
}

/**
 * Adds each labelled stream to `score`; returns a line for each that is not right.
 * @param {string} file @param {readonly StreamLabel[]} labels @param {Judgement} judgement @param {StreamScore} score
 */
export function scoreStreams(file, labels, judgement, score) {
  const seen = [...judgement.calls.flatMap((call) => call.media), ...judgement.summary.otherMedia]
  return labels.flatMap((label) => {
    const wanted = wantedProtections(label.encryption)
    if (wanted === null) return []
    const ours = seen.filter((media) => isSameStream(media, label))
    const outcome = streamOutcome(ours, wanted)
    score[outcome]++
    if (outcome === 'right') return []
    const said = ours.map((media) => media.protection).join(' + ') || 'nothing'
    const name = `${label.src} > ${label.dst} ${label.ssrc} (${label.packets} packets)`
    return [`${file}: ${name}: ${outcome}: said ${said}, is ${label.encryption}`]
  })
}

/** The protections that fit a label, or null if nobody knows. @param {string} encryption */
function wantedProtections(encryption) {
  if (encryption === 'unknown') return null
  return encryption === 'none' || encryption.includes('NULL') ? READABLE : ENCRYPTED
}

/** @param {readonly Media[]} ours @param {readonly string[]} wanted @returns {keyof StreamScore} */
function streamOutcome(ours, wanted) {
  if (ours.length === 0) return 'missing'
  const decided = ours.filter(
    ({ protection }) => READABLE.includes(protection) || ENCRYPTED.includes(protection),
  )
  if (decided.some(({ protection }) => !wanted.includes(protection))) return 'wrong'
  return decided.length === 0 ? 'undecided' : 'right'
}

/** @param {Media} media @param {StreamLabel} label */
function isSameStream(media, label) {
  if (media.ssrc?.toLowerCase() !== label.ssrc.toLowerCase()) return false
  return media.source === bracketed(label.src) && media.destination === bracketed(label.dst)
}

/** Labels write `2001:db8::1:5004` where reports write `[2001:db8::1]:5004`. @param {string} endpoint */
function bracketed(endpoint) {
  const colon = endpoint.lastIndexOf(':')
  const address = endpoint.slice(0, colon)
  return address.includes(':') && !address.startsWith('[') ? `[${address}]${endpoint.slice(colon)}` : endpoint
}

/** Calls that a tap can see and that can be asked for by Call-ID. @param {PublicLabel} label */
export function askableCalls(label) {
  return label.calls.filter((call) => call.visibleToTap !== false && call.callId !== '')
}

/**
 * One labelled call: found with the labelled transport, profile and key visibility, or a line that says what differs.
 * @param {string} file @param {CallLabel} label @param {Judgement} judgement @returns {string | null}
 */
export function callMismatch(file, label, judgement) {
  const call = judgement.calls.find((one) => one.callIds.includes(label.callId))
  if (call === undefined) return `${file}: no call names Call-ID ${label.callId}`
  const differences = []
  if (call.signalling.transport !== label.transport.toLowerCase()) {
    differences.push(`transport ${String(call.signalling.transport)}, is ${label.transport}`)
  }
  const claimed = new Set(
    call.claims.flatMap(({ offered, answered }) => [...offered, ...answered]).map(lower),
  )
  for (const profile of label.sdpProfile ?? []) {
    const proto = profile.split(' ')[1] ?? ''
    if (!claimed.has(lower(proto))) differences.push(`claims [${[...claimed].join(', ')}] lack ${proto}`)
  }
  const hasKeys = call.exposure.mediaKeys > 0 || call.media.some((media) => media.keyExposure !== 'none')
  if (hasKeys !== label.sdesKeysVisible)
    differences.push(`keys visible ${String(hasKeys)}, is ${String(label.sdesKeysVisible)}`)
  return differences.length === 0 ? null : `${file}: call ${label.callId}: ${differences.join('; ')}`
}

/** @param {string} text */
const lower = (text) => text.toLowerCase()

/**
 * A capture of something else must make no call; a line if it did.
 * @param {PublicLabel} label @param {Judgement} judgement @returns {string | null}
 */
export function falseCalls(label, judgement) {
  if (!isNegative(label) || judgement.calls.length === 0) return null
  const grades = judgement.calls.map((call) => `${call.grade} ${call.callIds.join(' ')}`.trim())
  return `${label.file}: ${judgement.calls.length} calls where there is none (${grades.join(', ')})`
}

/** @param {PublicLabel} label */
export function isNegative(label) {
  return label.negatives !== '' && label.calls.length === 0
}
