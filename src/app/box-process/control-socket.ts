/**
 * Where programs of this machine ask the box for something: one line of JSON in, one out, on a local socket. The same requests as over the broker,
 * and `state`. Only who may open the socket is trusted, and even they not with its bounds.
 */
import { createServer, connect, type Server, type Socket } from 'node:net'
import { rmSync } from 'node:fs'
import {
  isRequestName,
  readParameters,
  type Json,
  type RequestName,
  type RequestServant,
} from '../../output/mqtt/index.ts'

/** Longest line, in bytes. */
const LONGEST = 4096
/** More at once are not heard. */
const MOST_CLIENTS = 8
/** Milliseconds in which a client has to say what it wants, and an answer to come. */
const PATIENCE = 65_000

export interface Answer {
  readonly status: 'ok' | 'error'
  readonly data: Json
  readonly error: string | null
}

export interface ControlOptions {
  readonly path: string
  readonly servants: Readonly<Record<RequestName, RequestServant>>
  readonly state: () => Json
}

/** See the head of this file. */
export class ControlSocket {
  readonly #options: ControlOptions
  readonly #server: Server

  constructor(options: ControlOptions) {
    this.#options = options
    this.#server = createServer((socket) => this.#onClient(socket))
    this.#server.maxConnections = MOST_CLIENTS
  }

  /** Null, or a sentence that says why nobody on this machine can ask the box for anything. */
  start(): Promise<string | null> {
    const { path } = this.#options
    rmSync(path, { force: true })
    return new Promise((resolve) => {
      this.#server.once('error', (error) =>
        resolve(`requests of this machine are not heard at ${path}: ${error.message}`),
      )
      this.#server.listen(path, () => resolve(null))
    })
  }

  stop(): void {
    this.#server.close()
    this.#server.removeAllListeners('error')
  }

  #onClient(socket: Socket): void {
    let text = ''
    socket.setTimeout(PATIENCE, () => socket.destroy())
    socket.setEncoding('utf8')
    // 'close' follows, and nothing is kept for this client.
    socket.on('error', () => undefined)
    socket.on('data', (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end >= 0) {
        socket.removeAllListeners('data')
        void this.#answer(text.slice(0, end)).then((answer) => socket.end(`${JSON.stringify(answer)}\n`))
      } else if (text.length > LONGEST) socket.destroy()
    })
  }

  async #answer(line: string): Promise<Answer> {
    try {
      return { status: 'ok', data: await this.#serve(line), error: null }
    } catch (error) {
      return { status: 'error', data: null, error: (error as Error).message }
    }
  }

  async #serve(line: string): Promise<Json> {
    const { servants, state } = this.#options
    const { request: name, ...fields } = readObject(line)
    if (name === 'state') return state()
    if (typeof name !== 'string' || !isRequestName(name))
      throw new Error(`there is no request ${String(name)}`)
    const read = readParameters(name, fields)
    if ('error' in read) throw new Error(read.error)
    return servants[name]({ name, transaction: null, ...read })
  }
}

const readObject = (line: string): Readonly<Record<string, unknown>> => {
  const value = JSON.parse(line) as unknown
  if (typeof value !== 'object' || value === null) throw new Error('a request is a JSON object')
  return value as Record<string, unknown>
}

const refused = (error: string): Answer => ({ status: 'error', data: null, error })

/** Asks the box at `path`. Never rejects: without a box that answers, the answer is an error with a sentence. */
export const askBox = (path: string, request: Readonly<Record<string, unknown>>): Promise<Answer> =>
  new Promise((resolve) => {
    let text = ''
    const socket = connect(path)
    socket.setEncoding('utf8')
    socket.setTimeout(PATIENCE, () => socket.destroy(new Error('no answer')))
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`))
    socket.on('data', (chunk: string) => (text += chunk))
    socket.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      const why = `no box can be asked at ${path} (${code ?? message})`
      resolve(refused(`${why}: does callseal.service run, and may you open its socket?`))
    })
    socket.on('close', () => {
      try {
        resolve(JSON.parse(text) as Answer)
      } catch {
        resolve(refused(`the box at ${path} gave no answer: look at its log`))
      }
    })
  })
