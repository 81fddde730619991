/** The engine's sockets: bytes of each client to its seat, lines of each seat to its client, as fast as that client reads and no faster. */
import { rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { ClientSeat, StateServer } from '../state-protocol/index.ts'
import type { Timers } from '../timers.ts'

/** Milliseconds for a client to say who it is. */
const HELLO_PATIENCE = 5000
/** Owner and group may speak to the engine, nobody else. */
const PRIVATE = 0o117

interface Client {
  readonly seat: ClientSeat
  readonly socket: Socket
  /** The socket holds as much as it should; it says when to go on. */
  isFull: boolean
}

/** See the head of this file. */
export class StatePort {
  readonly #server: StateServer
  readonly #timers: Timers
  readonly #clients = new Set<Client>()
  #listener: Server | null = null
  #onEmpty: (() => void) | null = null

  constructor(server: StateServer, timers: Timers) {
    this.#server = server
    this.#timers = timers
  }

  /** Listens on a path; a socket that a dead engine left there is replaced. Gives why it cannot, in a sentence, or null. */
  async listen(path: string): Promise<string | null> {
    if (await answers(path)) return `another engine listens on ${path}`
    const listener = createServer({ allowHalfOpen: true }, (socket) => {
      this.attach(socket)
    })
    this.#listener = listener
    const mask = process.umask(PRIVATE)
    try {
      await new Promise<void>((resolve, reject) => {
        listener.once('error', reject)
        listener.listen(path, resolve)
      })
      return null
    } catch (error) {
      return `nobody can be let in at ${path} (${(error as NodeJS.ErrnoException).code ?? String(error)})`
    } finally {
      process.umask(mask)
    }
  }

  /** Takes a connection. `onEnd` hears when the other side has said its last, or is gone. */
  attach(socket: Socket, onEnd: () => void = () => undefined): void {
    const seat = this.#server.open()
    if (seat === null) {
      socket.destroy()
      return
    }
    const client: Client = { seat, socket, isFull: false }
    this.#clients.add(client)
    const forget = this.#timers.after(HELLO_PATIENCE, () => {
      if (seat.role === 'unknown') socket.destroy()
    })
    socket.on('data', (chunk: Buffer) => {
      this.#server.onBytes(seat, chunk)
      this.flush()
    })
    socket.on('drain', () => {
      client.isFull = false
      this.#pump(client)
    })
    socket.on('end', () => {
      // A client of a listener is gone. Whoever started this process says so that it is to end, and still reads.
      if (this.#listener !== null) socket.destroySoon()
      onEnd()
    })
    socket.on('error', () => undefined) // 'close' follows, and is all that matters
    socket.on('close', () => {
      forget()
      this.#server.close(seat)
      this.#clients.delete(client)
      onEnd()
      if (this.#clients.size === 0) this.#onEmpty?.()
    })
  }

  /** Writes what there is to say to whoever can take it. */
  flush(): void {
    for (const client of this.#clients) this.#pump(client)
  }

  /** Says everything that is left, for at most `patience` milliseconds, and closes. */
  async close(patience: number): Promise<void> {
    this.#listener?.close()
    if (this.#clients.size === 0) return
    await new Promise<void>((resolve) => {
      const giveUp = this.#timers.after(patience, () => {
        for (const { socket } of this.#clients) socket.destroy()
        resolve()
      })
      this.#onEmpty = () => {
        giveUp()
        resolve()
      }
      this.flush()
    })
  }

  #pump(client: Client): void {
    const { seat, socket } = client
    if (client.isFull || !socket.writable) return
    socket.cork()
    let line = this.#server.take(seat)
    while (line !== null && !client.isFull) {
      client.isFull = !socket.write(line)
      line = client.isFull ? null : this.#server.take(seat)
    }
    socket.uncork()
    const isDone = seat.isOver || this.#onEmpty !== null
    if (isDone && !client.isFull) socket.destroySoon()
  }
}

/** True if somebody is there. A socket on which nobody answers is what a dead engine left, and is removed. */
const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ECONNREFUSED') rmSync(path, { force: true })
      resolve(false)
    })
  })
