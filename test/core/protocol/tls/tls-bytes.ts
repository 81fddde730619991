/** TLS and DTLS bytes as the RFCs lay them out, for tests that no library would produce. */
import { micros } from '../../../../src/core/base/clock.ts'
import type { Direction } from '../../../../src/core/base/endpoint.ts'
import { concat, u16 } from '../../../tools/packet-builder.ts'
import type { Piece } from '../../../tools/tls-connections.ts'

export const u24 = (value: number): number[] => [(value >>> 16) & 0xff, ...u16(value)]

/** Bytes that no test statistics would call structured, and always the same. */
export const noise = (length: number, seed = 1): Uint8Array => {
  let state = seed
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 24
  })
}

/** One TLS record. */
export const record = (type: number, body: Uint8Array | readonly number[], version = 0x0303): Uint8Array =>
  concat([type], u16(version), u16(body.length), body)

export const CHANGE = record(20, [1])
/** An encrypted handshake message of ≤ 1.2. */
export const finished = (version = 0x0303): Uint8Array => record(22, concat([0x9c], noise(39)), version)
export const data = (length = 200, version = 0x0303): Uint8Array => record(23, noise(length), version)
export const alert = (level: number, description: number): Uint8Array => record(21, [level, description])

export const message = (type: number, body: Uint8Array | readonly number[]): Uint8Array =>
  concat([type], u24(body.length), body)

const vector = (items: readonly number[], lengthBytes: 1 | 2): Uint8Array =>
  concat(lengthBytes === 1 ? [items.length * 2] : u16(items.length * 2), ...items.map(u16))

export interface HelloFields {
  readonly version?: number
  readonly random?: Uint8Array
  readonly sessionId?: readonly number[]
  readonly suites?: readonly number[]
  readonly suite?: number
  readonly versions?: readonly number[]
  readonly chosenVersion?: number
  readonly alpn?: readonly string[]
  readonly sni?: string
  readonly srtp?: readonly number[]
  readonly extensions?: readonly (readonly [number, Uint8Array | readonly number[]])[]
  readonly cookie?: readonly number[]
  readonly isDatagram?: boolean
}

const extension = (type: number, body: Uint8Array | readonly number[]): Uint8Array =>
  concat(u16(type), u16(body.length), body)

const text = (value: string): number[] => Array.from(value, (char) => char.charCodeAt(0))

const extensionsOf = (fields: HelloFields): Uint8Array => {
  const parts: Uint8Array[] = []
  if (fields.versions !== undefined) parts.push(extension(43, vector(fields.versions, 1)))
  if (fields.chosenVersion !== undefined) parts.push(extension(43, u16(fields.chosenVersion)))
  if (fields.alpn !== undefined) {
    const names = concat(...fields.alpn.map((name) => [name.length, ...text(name)]))
    parts.push(extension(16, concat(u16(names.length), names)))
  }
  if (fields.sni !== undefined) {
    const name = text(fields.sni)
    parts.push(extension(0, concat(u16(name.length + 3), [0], u16(name.length), name)))
  }
  if (fields.srtp !== undefined) parts.push(extension(14, concat(vector(fields.srtp, 2), [0])))
  for (const [type, body] of fields.extensions ?? []) parts.push(extension(type, body))
  const all = concat(...parts)
  return parts.length === 0 ? all : concat(u16(all.length), all)
}

export const CLIENT_RANDOM = noise(32, 11)
export const SERVER_RANDOM = noise(32, 22)
export const KEY_SHARE: readonly [number, readonly number[]] = [51, [0, 29, 0, 2, 1, 2]]
export const PRE_SHARED_KEY: readonly [number, readonly number[]] = [41, [0, 0]]
export const EARLY_DATA: readonly [number, readonly number[]] = [42, []]

/** Body of a ClientHello. */
export const clientHello = (fields: HelloFields = {}): Uint8Array => {
  const { sessionId = [], suites = [0xc02f, 0x009c, 0x1301, 0x1302] } = fields
  return concat(
    u16(fields.version ?? 0x0303),
    fields.random ?? CLIENT_RANDOM,
    [sessionId.length, ...sessionId],
    fields.isDatagram === true ? [fields.cookie?.length ?? 0, ...(fields.cookie ?? [])] : [],
    vector(suites, 2),
    [1, 0],
    extensionsOf(fields),
  )
}

/** Body of a ServerHello. */
export const serverHello = (fields: HelloFields = {}): Uint8Array => {
  const { sessionId = [] } = fields
  return concat(
    u16(fields.version ?? 0x0303),
    fields.random ?? SERVER_RANDOM,
    [sessionId.length, ...sessionId],
    u16(fields.suite ?? 0xc02f),
    [0],
    extensionsOf(fields),
  )
}

/** Body of a Certificate of ≤ 1.2. */
export const certificate = (...chain: readonly Uint8Array[]): Uint8Array => {
  const list = concat(...chain.map((der) => concat(u24(der.length), der)))
  return concat(u24(list.length), list)
}

export const hello = (fields: HelloFields = {}): Uint8Array => record(22, message(1, clientHello(fields)))
export const answer = (fields: HelloFields = {}): Uint8Array => record(22, message(2, serverHello(fields)))
export const DONE = record(22, message(14, []))
export const KEYS = record(22, message(16, noise(66)))

/** What TLS 1.3 offers and answers. */
export const MODERN = { versions: [0x0304, 0x0303], extensions: [KEY_SHARE] } as const
export const MODERN_ANSWER = { chosenVersion: 0x0304, suite: 0x1301, extensions: [KEY_SHARE] } as const

/** What one side sends in a go. */
export type Step = readonly [Direction, ...(readonly Uint8Array[])]

/** Pieces of a connection in order, a millisecond and a frame apart. */
export const pieces = (...steps: readonly Step[]): Piece[] =>
  steps.map(([direction, ...parts], index) => ({
    direction,
    at: micros((index + 1) * 1000),
    frame: index + 1,
    bytes: concat(...parts),
  }))

/** A full handshake of TLS 1.2 up to the client's flight, the server's, or data. */
export const full12 = (
  fields: HelloFields = {},
  choice: HelloFields = {},
  ...more: readonly Uint8Array[]
): Piece[] =>
  pieces(
    [0, hello(fields)],
    [1, answer(choice), ...more, DONE],
    [0, KEYS, CHANGE, finished()],
    [1, CHANGE, finished()],
  )

/** One DTLS record. */
export const datagram = (
  type: number,
  body: Uint8Array | readonly number[],
  fields: { readonly epoch?: number; readonly sequence?: number; readonly version?: number } = {},
): Uint8Array =>
  concat(
    [type],
    u16(fields.version ?? 0xfefd),
    u16(fields.epoch ?? 0),
    [0, 0, 0],
    u24(fields.sequence ?? 0),
    u16(body.length),
    body,
  )

/** One handshake message of DTLS as fragments of at most `size` bytes, each in a record of its own. */
export const fragments = (
  type: number,
  body: Uint8Array,
  sequence: number,
  size = Infinity,
): Uint8Array[] => {
  const found: Uint8Array[] = []
  for (let from = 0; from === 0 || from < body.length; from += size) {
    const part = body.subarray(from, Math.min(body.length, from + size))
    found.push(
      datagram(22, concat([type], u24(body.length), u16(sequence), u24(from), u24(part.length), part)),
    )
  }
  return found
}
