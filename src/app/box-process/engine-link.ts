/** A connection to the engine: bytes between a socket and the box's side of the state protocol. */
import type { Duplex } from 'node:stream'
import type { StateClient } from '../state-protocol/index.ts'

/** Milliseconds of a clock that never steps. */
export type Now = () => number

/** See the head of this file. One link, one socket. */
export class EngineLink {
  readonly #socket: Duplex
  readonly #client: StateClient
  #isFull = false

  constructor(socket: Duplex, client: StateClient, now: Now) {
    this.#socket = socket
    this.#client = client
    socket.on('data', (chunk: Uint8Array) => {
      client.onBytes(chunk, now())
      this.flush()
      if (client.isOver) socket.destroy()
    })
    socket.on('drain', () => {
      this.#isFull = false
      this.flush()
    })
    socket.on('error', () => undefined) // 'close' follows
    socket.on('close', () => {
      client.onDisconnected(now())
    })
    client.onConnected(now())
    this.flush()
  }

  /** Writes what there is to say. */
  flush(): void {
    while (!this.#isFull && this.#socket.writable) {
      const line = this.#client.take()
      if (line === null) return
      this.#isFull = !this.#socket.write(line)
    }
  }

  /** Says its last; what the engine still says is heard. */
  hangUp(): void {
    this.#socket.end()
  }
}
