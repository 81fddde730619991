/** Credentials and challenges (RFC 3261 §20.7, §20.44, RFC 7616, RFC 8760): what they show. Response and nonce are never kept. */
import { identityOf } from '../../base/hash.ts'
import { MAX_AUTHENTICATIONS } from './constants.ts'
import type { MessageDraft } from './message-draft.ts'
import { COMMA, eachParameter, latinLower, QUOTE, type Range, toValueText, wordEnd } from './scan.ts'
import type { Authentication } from './sip-message.ts'

/** A value's range without its quotes. */
const unquoted = (bytes: Uint8Array, value: Range): Range =>
  bytes[value.start] === QUOTE && value.end - value.start >= 2
    ? { start: value.start + 1, end: value.end - 1 }
    : value

/** Adds what one header shows to the draft. */
export const onAuthentication = (
  header: Authentication['header'],
  draft: MessageDraft,
  bytes: Uint8Array,
  start: number,
  end: number,
): void => {
  if (draft.authentications.length >= MAX_AUTHENTICATIONS) {
    draft.note('sip_too_many_values')
    return
  }
  const schemeEnd = wordEnd(bytes, start, end)
  const scheme = latinLower(bytes, start, schemeEnd)
  const texts = new Map<string, string>()
  let qop = false
  let nonceIdentity = ''
  // Only these schemes have the parameter list; what follows `Basic` is the password itself (RFC 7617).
  const listed = scheme === 'digest' || scheme === 'bearer'
  if (listed) {
    eachParameter(bytes, schemeEnd, end, COMMA, (name, value) => {
      const key = latinLower(bytes, name.start, name.end)
      if (key === 'nonce') {
        const inside = unquoted(bytes, value)
        nonceIdentity =
          inside.end > inside.start ? identityOf(draft.seed, bytes, inside.start, inside.end) : ''
      } else if (key === 'qop') qop = true
      else if (KEPT.has(key) && !texts.has(key)) texts.set(key, toValueText(bytes, value))
    })
  }
  const algorithm = texts.get('algorithm')?.toUpperCase() ?? ''
  draft.authentications.push({
    header,
    scheme,
    realm: texts.get('realm') ?? '',
    username: texts.get('username') ?? texts.get('username*') ?? '',
    // RFC 7616 §3.3: a digest without algorithm is MD5.
    algorithm: algorithm === '' && scheme === 'digest' ? 'MD5' : algorithm,
    qop,
    nonceIdentity,
    nonceCount: texts.get('nc') ?? '',
  })
}

const KEPT: ReadonlySet<string> = new Set(['realm', 'username', 'username*', 'algorithm', 'nc'])
