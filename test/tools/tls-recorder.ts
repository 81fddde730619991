/** Real handshakes on the loopback: node's TLS through a proxy that writes down what passes, in the order in which it passes. */
import { readFileSync } from 'node:fs'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import * as tls from 'node:tls'
import { micros } from '../../src/core/base/clock.ts'
import type { Direction } from '../../src/core/base/endpoint.ts'
import type { Piece } from './tls-connections.ts'

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'certificates')

/** DER of a fixture. */
export const certificateDer = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(FIXTURES, `${name}.der`)))

/** Key and certificate of a fixture that has its key. */
export const identity = (name: 'rsa-2048' | 'ec-p256'): { key: Buffer; cert: Buffer } => ({
  key: readFileSync(join(FIXTURES, `${name}.key.pem`)),
  cert: readFileSync(join(FIXTURES, `${name}.crt.pem`)),
})

/** One recorded connection. */
export interface Recording {
  readonly pieces: Piece[]
  /** What the client's library says was agreed. */
  readonly protocol: string | null
  readonly cipher: string
  readonly reused: boolean
  /** The client's session, to resume it. */
  readonly session: Buffer | undefined
  /** Why it failed, if it did. */
  readonly error: string | null
}

export interface RecordOptions {
  readonly server?: tls.TlsOptions
  readonly client?: tls.ConnectionOptions
  /** What the client says and the server repeats, one after the other; none: a bare handshake. */
  readonly words?: readonly string[]
  /** The server to use again (to resume a session). */
  readonly listener?: tls.Server
}

/** A TLS server on the loopback that repeats what it hears. */
export const listen = async (options: tls.TlsOptions = {}): Promise<tls.Server> => {
  const server = tls.createServer({ ...identity('rsa-2048'), ...options }, (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (heard: Buffer) => socket.write(heard))
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return server
}

/** Time for what a server sends on its own: session tickets, alerts. */
const SETTLE = 60

/** Records one connection. */
export const record = async (options: RecordOptions = {}): Promise<Recording> => {
  const server = options.listener ?? (await listen(options.server))
  const pieces: Piece[] = []
  const write = (direction: Direction, bytes: Uint8Array): void => {
    const frame = pieces.length + 1
    pieces.push({ direction, at: micros(frame * 1000), frame, bytes: Uint8Array.from(bytes) })
  }
  const sockets: Socket[] = []
  const proxy = createServer((near) => {
    const far = connect((server.address() as AddressInfo).port, '127.0.0.1')
    sockets.push(near, far)
    pipe(near, far, (bytes) => write(0, bytes))
    pipe(far, near, (bytes) => write(1, bytes))
  })
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
  try {
    return { ...(await talk((proxy.address() as AddressInfo).port, options)), pieces }
  } finally {
    for (const socket of sockets) socket.destroy()
    proxy.close()
    if (options.listener === undefined) server.close()
  }
}

const pipe = (from: Socket, to: Socket, onBytes: (bytes: Uint8Array) => void): void => {
  from.on('error', () => undefined)
  from.on('data', (bytes: Buffer) => {
    onBytes(bytes)
    if (!to.destroyed) to.write(bytes)
  })
  from.on('end', () => to.end())
}

const talk = async (
  port: number,
  { client = {}, words = [] }: RecordOptions,
): Promise<Omit<Recording, 'pieces'>> => {
  let session: Buffer | undefined
  const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...client })
  socket.on('session', (fresh) => (session = fresh))
  const error = await new Promise<string | null>((done) => {
    socket.once('secureConnect', () => done(null))
    socket.once('error', ({ message }: Error) => done(message))
  })
  if (error !== null) {
    await pause(SETTLE)
    return { protocol: null, cipher: '', reused: false, session, error }
  }
  socket.on('error', () => undefined)
  for (const word of words) await say(socket, word)
  await pause(SETTLE)
  // A server that refuses the client's certificate closes what the client held for open: then there is no cipher.
  const cipher = socket.getCipher() as tls.CipherNameAndProtocol | null
  const said = {
    protocol: socket.getProtocol(),
    cipher: cipher?.standardName ?? '',
    reused: socket.isSessionReused(),
    session: session ?? socket.getSession(),
    error: null,
  }
  socket.end()
  await pause(SETTLE / 2)
  socket.destroy()
  return said
}

/** Says a word and waits until all of it came back. */
const say = async (socket: tls.TLSSocket, word: string): Promise<void> => {
  let heard = 0
  await new Promise<void>((done) => {
    const take = (bytes: Buffer): void => {
      heard += bytes.length
      if (heard < word.length) return
      socket.off('data', take)
      done()
    }
    socket.on('data', take)
    socket.once('close', done)
    socket.write(word)
  })
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, milliseconds)
  })
