/**
 * `/metrics` and `/health` over HTTP on one address of the management network. It answers what it was told last, keeps nothing of whoever asks, and
 * is bounded: few connections, small headers, short patience. An address that is not there yet is tried again.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { CONTENT_TYPE, healthOf, renderMetrics } from './metrics-model.ts'
import type { MetricsState } from './metrics-state.ts'

export interface MetricsOptions {
  /** An address of this machine; never a name. */
  readonly address: string
  readonly port: number
  /** Milliseconds; never steps. */
  readonly now: () => number
  readonly after: (milliseconds: number, then: () => void) => () => void
  /** A sentence for the log: it does not listen, or it does now. */
  readonly onTrouble: (sentence: string) => void
}

const MOST_CONNECTIONS = 16
const MOST_HEADER = 8192
/** Milliseconds. */
const PATIENCE = 5000
const TRY_AGAIN = 10_000

const REASONS: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'this machine has no such address now: see metrics.address; it is tried again',
  EADDRINUSE: 'another program listens there: see metrics.port; it is tried again',
  EACCES: 'this user may not listen there: take a metrics.port above 1023',
}

/** See the head of this file. */
export class MetricsOutput {
  readonly #options: MetricsOptions
  #server: Server | null = null
  #state: MetricsState | null = null
  #trouble = ''
  #cancelRetry: () => void = () => undefined

  constructor(options: MetricsOptions) {
    this.#options = options
  }

  /** Null while it does not listen. */
  get port(): number | null {
    const address = this.#server?.address() ?? null
    return address === null || typeof address === 'string' ? null : address.port
  }

  start(): void {
    const { address, port, onTrouble, after } = this.#options
    const server = createServer({ maxHeaderSize: MOST_HEADER }, (request, response) =>
      this.#answer(request, response),
    )
    server.maxConnections = MOST_CONNECTIONS
    server.headersTimeout = PATIENCE
    server.requestTimeout = PATIENCE
    server.keepAliveTimeout = PATIENCE
    server.on('error', (error: NodeJS.ErrnoException) => {
      const why = REASONS[error.code ?? ''] ?? error.message
      const sentence = `metrics are not to be had at ${address} port ${port}: ${why}`
      if (sentence !== this.#trouble) onTrouble(sentence)
      this.#trouble = sentence
      this.#cancelRetry = after(TRY_AGAIN, () => this.start())
    })
    server.on('listening', () => {
      if (this.#trouble !== '') onTrouble(`metrics are to be had at ${address} port ${port} again`)
      this.#trouble = ''
    })
    server.listen(port, address)
    this.#server = server
  }

  onState(state: MetricsState): void {
    this.#state = state
  }

  stop(): void {
    this.#cancelRetry()
    this.#server?.close()
    this.#server?.closeAllConnections()
    this.#server = null
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    // What comes as a body is nobody's business.
    request.resume()
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD')
      send(response, 405, 'text/plain', 'only GET and HEAD are answered\n')
      return
    }
    const [path] = (request.url ?? '').split('?', 1)
    if (path === '/health') this.#sendHealth(response)
    else if (path === '/metrics') this.#sendMetrics(response)
    else send(response, 404, 'text/plain', 'there are /metrics and /health\n')
  }

  #sendHealth(response: ServerResponse): void {
    const { isGood, state, sentence } = healthOf(this.#state, this.#options.now())
    send(response, isGood ? 200 : 503, 'application/json', `${JSON.stringify({ state, sentence })}\n`)
  }

  /** What is old is not told at all: a gap in the graph is the truth. */
  #sendMetrics(response: ServerResponse): void {
    const { state, sentence } = healthOf(this.#state, this.#options.now())
    if (this.#state === null || state === 'stale') send(response, 503, 'text/plain', `${sentence}\n`)
    else send(response, 200, CONTENT_TYPE, renderMetrics(this.#state))
  }
}

const send = (response: ServerResponse, status: number, type: string, text: string): void => {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
  })
  response.end(text)
}
