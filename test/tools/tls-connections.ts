/** TLS and DTLS sessions fed from captures, straight from decode and TCP reassembly: what tests compare with labels and openssl. */
import { nodeCryptography } from '../../src/app/node-cryptography.ts'
import { readCapture } from '../../src/capture/index.ts'
import type { Direction } from '../../src/core/base/endpoint.ts'
import { formatAddress } from '../../src/core/base/ip-address.ts'
import { DECODE_STATUS, decodeFrame, IP_PROTOCOL, PacketLayers } from '../../src/core/decode/index.ts'
import { TcpReassembly } from '../../src/core/flow/index.ts'
import { DtlsSession, probeDtls } from '../../src/core/protocol/dtls/index.ts'
import { CIPHER_SUITES, probeTls, TlsSession, type TlsFacts } from '../../src/core/protocol/tls/index.ts'
import type { Micros } from '../../src/core/index.ts'

/** One TCP connection or UDP 5-tuple; direction 0 runs from `ends[0]`, which spoke first. */
export interface Connection {
  readonly ends: readonly [string, string]
  readonly facts: TlsFacts
  readonly weird: string[]
  /** Plaintext of NULL suites, by direction. */
  readonly plaintext: [string, string]
}

/** One piece of a connection, as a session is fed. */
export interface Piece {
  readonly direction: Direction
  readonly at: Micros
  readonly frame: number
  bytes: Uint8Array
}

/** A copy that later bytes do not change, fit for toEqual. */
export const snapshotOf = (facts: TlsFacts): TlsFacts => structuredClone(facts)

/** `192.0.2.1:5061`, `[2001:db8::1]:5061`, as labels write them. */
const endOf = (words: Int32Array, at: number, port: number): string => {
  const address = formatAddress(words, at)
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** Whether a label means this suite of the registry: named like openssl or the registry (its parts may be left out), or by number. */
export const isSameSuite = (label: string, name: string | null): boolean => {
  const bare = (text: string): string => text.replace(/^TLS_/, '').replace('_WITH_', '_')
  // A draft had other numbers for some of the names.
  const numbers = CIPHER_SUITES.filter((suite) => suite.name === name).map(({ id }) =>
    id.toString(16).padStart(4, '0'),
  )
  const names = [bare(name ?? ''), bare(name ?? '').replace('POLY1305_SHA256', 'POLY1305')]
  return numbers.length > 0 && [...numbers, ...names].includes(bare(label))
}

/** Names both ends of a flow, first speaker first, and gives the direction of the packet. */
class Flows {
  readonly names: [string, string][] = []
  readonly #ids = new Map<string, number>()

  of(layers: PacketLayers): { id: number; direction: Direction } {
    const source = endOf(layers.addresses, 0, layers.sourcePort)
    const destination = endOf(layers.addresses, 4, layers.destinationPort)
    const known = this.#ids.get(`${source} ${destination}`)
    if (known !== undefined) return { id: known, direction: 0 }
    const back = this.#ids.get(`${destination} ${source}`)
    if (back !== undefined) return { id: back, direction: 1 }
    this.#ids.set(`${source} ${destination}`, this.names.length)
    this.names.push([source, destination])
    return { id: this.names.length - 1, direction: 0 }
  }
}

const eachTransport = async (
  path: string,
  protocol: number,
  take: (layers: PacketLayers, at: Micros, frame: number, bytes: Uint8Array) => void,
): Promise<void> => {
  const layers = new PacketLayers()
  let frame = 0
  await readCapture(path, {
    onFrame: (at, bytes, start, end, wireLength, linkType) => {
      frame++
      const status = decodeFrame(linkType, bytes, start, end, wireLength, layers)
      if (status === DECODE_STATUS.transport && layers.protocol === protocol) take(layers, at, frame, bytes)
    },
  })
}

/** Every TCP connection of a capture whose first bytes look like TLS. */
export const tlsConnectionsOf = async (path: string): Promise<Connection[]> => {
  const flows = new Flows()
  const sessions = new Map<number, { session: TlsSession; connection: Connection }>()
  const synSeen = new Set<number>()
  const boring = new Set<number>()
  const open = (flow: number): { session: TlsSession; connection: Connection } => {
    const weird: string[] = []
    const plaintext: [string, string] = ['', '']
    const session = new TlsSession({
      cryptography: nodeCryptography,
      onWeird: (name) => weird.push(name),
      onPlaintext: (direction, _at, _frame, bytes, start, end) => {
        plaintext[direction] += Buffer.from(bytes.subarray(start, end)).toString('latin1')
      },
    })
    session.onStart(synSeen.has(flow))
    const opened = {
      session,
      connection: { ends: flows.names[flow]!, facts: session.facts, weird, plaintext },
    }
    sessions.set(flow, opened)
    return opened
  }
  const tcp = new TcpReassembly({
    seed: 1,
    onWeird: () => undefined,
    sink: {
      onTcpStart: (flow, _direction, _at, _frame, syn) => {
        if (syn) synSeen.add(flow)
      },
      onTcpBytes: (flow, direction, at, frame, bytes, start, end) => {
        if (boring.has(flow)) return
        if (!sessions.has(flow) && probeTls(bytes, start, end) === 'not-for-us') boring.add(flow)
        else (sessions.get(flow) ?? open(flow)).session.onBytes(direction, at, frame, bytes, start, end)
      },
      onTcpGap: (flow, direction) => sessions.get(flow)?.session.onGap(direction),
      onTcpEnd: (flow, direction, _at, _frame, reason) =>
        sessions.get(flow)?.session.onEnd(direction, reason),
    },
  })
  await eachTransport(path, IP_PROTOCOL.tcp, (layers, at, frame, bytes) => {
    const { id, direction } = flows.of(layers)
    tcp.onSegment(id, direction, at, frame, layers, bytes)
  })
  return [...sessions.values()].map(({ connection }) => connection)
}

/** The DTLS datagrams of a capture by 5-tuple. */
export const dtlsPiecesOf = async (
  path: string,
): Promise<{ ends: readonly [string, string]; pieces: Piece[] }[]> => {
  const flows = new Flows()
  const found = new Map<number, Piece[]>()
  await eachTransport(path, IP_PROTOCOL.udp, (layers, at, frame, bytes) => {
    const { payloadStart: start, payloadEnd: end } = layers
    const sure = probeDtls(bytes, start, end)
    const { id, direction } = flows.of(layers)
    if (sure !== 'certain' && !(sure === 'unsure' && found.has(id))) return
    const pieces = found.get(id) ?? []
    found.set(id, pieces)
    pieces.push({ direction, at, frame, bytes: bytes.slice(start, end) })
  })
  return [...found].map(([id, pieces]) => ({ ends: flows.names[id]!, pieces }))
}

/** Feeds datagrams to a session of their own. */
export const dtlsConnectionOf = (
  pieces: readonly Piece[],
  ends: readonly [string, string] = ['', ''],
): Connection => {
  const weird: string[] = []
  const session = new DtlsSession(nodeCryptography, (name) => weird.push(name))
  for (const { direction, at, frame, bytes } of pieces) {
    const lent = Uint8Array.from([0, ...bytes, 0])
    session.onDatagram(direction, at, frame, lent, 1, 1 + bytes.length)
    lent.fill(0xee) // whoever kept a view of it now reads nonsense
  }
  return { ends, facts: session.facts, weird, plaintext: ['', ''] }
}

/** Every 5-tuple of a capture with DTLS. */
export const dtlsConnectionsOf = async (path: string): Promise<Connection[]> =>
  (await dtlsPiecesOf(path)).map(({ ends, pieces }) => dtlsConnectionOf(pieces, ends))

/** What a connection is fed with beside its pieces. */
export interface FeedOptions {
  /** Cuts each piece into parts of this size. */
  readonly size?: number
  readonly synSeen?: boolean
  /** A gap in the direction of piece number `index` before it, or at the end. */
  readonly gapBefore?: number
}

/** Feeds pieces of a TCP connection to a session of their own. */
export const tlsConnectionOf = (pieces: readonly Piece[], options: FeedOptions = {}): Connection => {
  const { size = Infinity, synSeen = true, gapBefore = -1 } = options
  const weird: string[] = []
  const plaintext: [string, string] = ['', '']
  const session = new TlsSession({
    cryptography: nodeCryptography,
    onWeird: (name) => weird.push(name),
    onPlaintext: (direction, _at, _frame, bytes, start, end) => {
      plaintext[direction] += Buffer.from(bytes.subarray(start, end)).toString('latin1')
    },
  })
  session.onStart(synSeen)
  pieces.forEach(({ direction, at, frame, bytes }, index) => {
    if (index === gapBefore) session.onGap(direction)
    for (let from = 0; from < bytes.length; from += size) {
      const part = bytes.subarray(from, from + size)
      // A Buffer, whose slice() is a view, and overwritten behind the call: nothing of it may be kept.
      const lent = Buffer.from([0, ...part, 0])
      session.onBytes(direction, at, frame, lent, 1, 1 + part.length)
      lent.fill(0xee)
    }
  })
  return { ends: ['', ''], facts: session.facts, weird, plaintext }
}
