/**
 * One a=crypto attribute (RFC 4568 §9.1): `tag suite key-param[;key-param…] [session-param…]`. A line that names several keys gives several
 * attributes with the same tag. The key bytes are copies; nothing that is malformed hides that a line was there.
 */
import { decodeBase64 } from '../../base/base64.ts'
import { decimalOf, flatText, hasAt, indexOfCode, skipBlanks, wordEnd } from '../../base/text.ts'
import type { WeirdName } from '../../base/weird.ts'
import { findCryptoSuite } from './crypto-suites-table.ts'
import type { CryptoAttribute } from './session-description.ts'

const EMPTY = new Uint8Array(0)
/** RFC 4568 §9.1: mki-length is 1 to 128. */
const MAX_MKI = 128
/** 128 bytes are at most 309 decimal digits. */
const MAX_MKI_DIGITS = 309
/** RFC 3711 §9.2: a master key lives for at most 2^48 packets. */
const MAX_LIFETIME = 2 ** 48
const MAX_KEY = 64
const BAR = 124
const COLON = 58
const SEMICOLON = 59
const CARET = 94

/** Counts one anomaly. */
export type Note = (name: WeirdName) => void

/** Decimal digits as a big-endian number of `length` bytes; null if it does not fit. */
const bigEndian = (text: string, start: number, end: number, length: number): Uint8Array | null => {
  const bytes = new Uint8Array(length)
  for (let at = start; at < end; at++) {
    let carry = text.charCodeAt(at) - 48
    if (carry < 0 || carry > 9) return null
    for (let i = length - 1; i >= 0; i--) {
      const sum = (bytes[i] ?? 0) * 10 + carry
      bytes[i] = sum & 255
      carry = sum >> 8
    }
    if (carry > 0) return null
  }
  return bytes
}

/** `mki:length` of a key parameter. */
const parseMki = (text: string, start: number, end: number, note: Note): Uint8Array => {
  const colon = indexOfCode(text, COLON, start, end)
  const length = decimalOf(text, colon + 1, end)
  const digits = colon - start
  const usable = length > 0 && length <= MAX_MKI && digits > 0 && digits <= MAX_MKI_DIGITS
  const mki = usable ? bigEndian(text, start, colon, length) : null
  if (mki === null) note('sdp_bad_mki')
  return mki ?? EMPTY
}

const checkLifetime = (text: string, start: number, end: number, note: Note): void => {
  const power = start + 1 < end && text.charCodeAt(start) === 50 && text.charCodeAt(start + 1) === CARET
  const number = decimalOf(text, power ? start + 2 : start, end)
  if (number < 0 || (power ? number > 48 : number === 0 || number > MAX_LIFETIME)) note('sdp_bad_lifetime')
}

/** Key and salt of `inline:` if they have the suite's length, else empty: then nothing can be proved with it. */
const parseKey = (text: string, start: number, end: number, suite: string, note: Note): Uint8Array => {
  const known = findCryptoSuite(suite)
  if (known === undefined) {
    note('sdp_unknown_suite')
    return EMPTY
  }
  const key = decodeBase64(text, start, end, MAX_KEY)
  if (key !== null && key.length === known.keyBytes + known.saltBytes) return key
  note('sdp_bad_crypto')
  return EMPTY
}

interface KeyParameter {
  readonly keyAndSalt: Uint8Array
  readonly mki: Uint8Array
}

/** `inline:key[|lifetime][|mki:length]` in `[start, end)`. */
const parseKeyParameter = (
  text: string,
  start: number,
  end: number,
  suite: string,
  note: Note,
): KeyParameter => {
  const keyEnd = indexOfCode(text, BAR, start, end)
  const keyAndSalt = parseKey(text, start + 'inline:'.length, keyEnd, suite, note)
  let mki: Uint8Array = EMPTY
  for (let at = keyEnd + 1; at <= end && keyEnd < end;) {
    const stop = indexOfCode(text, BAR, at, end)
    if (indexOfCode(text, COLON, at, stop) < stop) mki = parseMki(text, at, stop, note)
    else checkLifetime(text, at, stop, note)
    at = stop + 1
  }
  return { keyAndSalt, mki }
}

class CryptoDraft {
  readonly suite: string
  readonly #note: Note
  readonly keys: KeyParameter[] = []
  unencryptedSrtp = false
  unencryptedSrtcp = false
  unauthenticatedSrtp = false

  constructor(suite: string, note: Note) {
    this.suite = suite
    this.#note = note
  }

  /** Key parameters in `[start, end)`, separated by semicolons. */
  onKeys(text: string, start: number, end: number, limit: number): void {
    for (let at = start; at < end;) {
      const stop = indexOfCode(text, SEMICOLON, at, end)
      if (hasAt(text, at, stop, 'inline:')) {
        if (this.keys.length < limit)
          this.keys.push(parseKeyParameter(text, at, stop, this.suite, this.#note))
        else this.#note('sdp_too_many_crypto')
      } else if (stop > at) this.#note('sdp_bad_crypto')
      at = stop + 1
    }
  }

  /** One session parameter (RFC 4568 §6.3). */
  onSessionParameter(text: string, start: number, end: number, limit: number): void {
    const is = (name: string): boolean => end - start === name.length && hasAt(text, start, end, name)
    if (is('unencrypted_srtp')) this.unencryptedSrtp = true
    else if (is('unencrypted_srtcp')) this.unencryptedSrtcp = true
    else if (is('unauthenticated_srtp')) this.unauthenticatedSrtp = true
    else if (hasAt(text, start, end, 'kdr=')) this.#onDerivationRate(text, start + 4, end)
    // FEC_KEY carries a further master key, for the FEC stream (RFC 4568 §6.3.5): a key is a key.
    else if (hasAt(text, start, end, 'fec_key=')) this.onKeys(text, start + 8, end, limit)
  }

  #onDerivationRate(text: string, start: number, end: number): void {
    // KDR=0 is the default (RFC 3711 §4.3.1); anything else changes the session keys as the index grows.
    if (decimalOf(text, start, end) !== 0) this.#note('sdp_key_derivation_rate')
  }
}

/**
 * The crypto attributes of one attribute value (what follows `a=crypto:`) in `text[start, end)`, at most `limit`. Empty if tag or suite are
 * missing; an attribute with an empty key if suite, length or base64 do not fit.
 */
export const parseCryptoAttribute = (
  text: string,
  start: number,
  end: number,
  limit: number,
  note: Note,
): CryptoAttribute[] => {
  const tagStart = skipBlanks(text, start, end)
  const tagEnd = wordEnd(text, tagStart, end)
  const tag = decimalOf(text, tagStart, tagEnd)
  const suiteStart = skipBlanks(text, tagEnd, end)
  const suiteEnd = wordEnd(text, suiteStart, end)
  if (tag < 0 || tag > 999_999_999 || suiteEnd === suiteStart) {
    note('sdp_bad_crypto')
    return []
  }
  const draft = new CryptoDraft(flatText(text, suiteStart, suiteEnd), note)
  let inKeys: boolean = false
  for (let at = skipBlanks(text, suiteEnd, end); at < end;) {
    const stop = wordEnd(text, at, end)
    // The grammar has no blanks between key parameters, but phones put one behind the semicolon.
    const isKey: boolean = hasAt(text, at, stop, 'inline:') || inKeys
    if (isKey) draft.onKeys(text, at, stop, limit)
    else draft.onSessionParameter(text, at, stop, limit)
    inKeys = isKey && text.charCodeAt(stop - 1) === SEMICOLON
    at = skipBlanks(text, stop, end)
  }
  if (draft.keys.length === 0) note('sdp_bad_crypto')
  const keys = draft.keys.length > 0 ? draft.keys : [{ keyAndSalt: EMPTY, mki: EMPTY }]
  return keys.map((key) => ({
    tag,
    suite: draft.suite,
    keyAndSalt: key.keyAndSalt,
    mki: key.mki,
    unencryptedSrtp: draft.unencryptedSrtp,
    unencryptedSrtcp: draft.unencryptedSrtcp,
    unauthenticatedSrtp: draft.unauthenticatedSrtp,
  }))
}
