/** Real DTLS handshakes on the loopback: openssl's client and server through a relay that writes down the datagrams, in order. */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { join } from 'node:path'
import { micros } from '../../src/core/base/clock.ts'
import type { Direction } from '../../src/core/base/endpoint.ts'
import type { Piece } from './tls-connections.ts'

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'certificates')
const TIMEOUT = 8_000
/** Time for the last flight. */
const SETTLE = 150

/** True if there is an openssl that speaks DTLS. */
export const hasOpenssl = (): boolean => spawnSync('openssl', ['version']).status === 0

/** Options of openssl for one of the fixtures with a key. */
export const withIdentity = (name: 'rsa-2048' | 'ec-p256'): string[] => [
  '-cert',
  join(FIXTURES, `${name}.crt.pem`),
  '-key',
  join(FIXTURES, `${name}.key.pem`),
]

const bound = async (): Promise<Socket> => {
  const socket = createSocket('udp4')
  await new Promise<void>((done) => {
    socket.bind(0, '127.0.0.1', done)
  })
  return socket
}

/** Records one association; direction 0 is the client's. `said`: what openssl's client printed. */
export const recordDtls = async (
  server: readonly string[],
  client: readonly string[],
): Promise<{ pieces: Piece[]; said: string }> => {
  const near = await bound()
  const far = await bound()
  const reserved = await bound()
  const port = reserved.address().port
  reserved.close()
  const pieces: Piece[] = []
  let clientPort = 0
  const write = (direction: Direction, bytes: Uint8Array): void => {
    const frame = pieces.length + 1
    pieces.push({ direction, at: micros(frame * 1000), frame, bytes: Uint8Array.from(bytes) })
  }
  near.on('message', (bytes, from) => {
    clientPort = from.port
    write(0, bytes)
    far.send(bytes, port, '127.0.0.1')
  })
  far.on('message', (bytes) => {
    write(1, bytes)
    near.send(bytes, clientPort, '127.0.0.1')
  })
  const accepting = spawn('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, ...server])
  let talking: ChildProcessWithoutNullStreams | null = null
  try {
    await heard(accepting, 'ACCEPT')
    talking = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${near.address().port}`, ...client])
    const said = await heard(talking, 'Verify return code')
    talking.stdin.write('words\n')
    await pause(SETTLE)
    return { pieces, said }
  } finally {
    talking?.kill()
    accepting.kill()
    near.close()
    far.close()
  }
}

/** What a process printed up to and with `word`; all of it if it ended or took too long. */
const heard = (child: ChildProcessWithoutNullStreams, word: string): Promise<string> =>
  new Promise((done) => {
    let text = ''
    const timer = setTimeout(() => done(text), TIMEOUT)
    const end = (): void => {
      clearTimeout(timer)
      done(text)
    }
    const take = (bytes: Buffer): void => {
      text += bytes.toString('latin1')
      if (text.includes(word)) end()
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('exit', end)
  })

const pause = (milliseconds: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, milliseconds)
  })
