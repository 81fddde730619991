/**
 * Reads a capture (pcap or pcapng, also gzipped) from a file, standard input or any stream of bytes in constant memory: one reused
 * buffer, frames lent to the sink without a copy. Everything before the first damage is delivered; nothing behind it is guessed.
 */
import { open, type FileHandle } from 'node:fs/promises'
import { createGunzip, type Gunzip } from 'node:zlib'
import {
  CaptureTally,
  MAX_RECORD,
  readU32BigEndian,
  readU32LittleEndian,
  type CaptureFault,
  type CaptureFaultReason,
  type RecordReader,
} from './capture-tally.ts'
import type { FrameSink } from './frame-source.ts'
import { PcapReader, isPcapMagic } from './pcap-file.ts'
import { PCAPNG_BLOCK, PcapngReader } from './pcapng-file.ts'

/** Bytes asked for in one read. */
const CHUNK = 1 << 20
/** Compressed bytes fed at a time: gzip expands at most 1,032-fold, so one step stays below 17 MB. */
const GZIP_STEP = 16 * 1024

export interface CaptureOptions {
  /** Hears of the bytes read so far, and of the whole length if it is known (a regular file). */
  readonly onProgress?: (bytesRead: number, total: number | null) => void
  /** Ends the reading between two chunks; the fault says `aborted`. */
  readonly signal?: AbortSignal
}

/** What was in the capture; see CaptureTally for the counters. */
export interface CaptureOutcome {
  readonly format: 'pcap' | 'pcapng' | null
  readonly isCompressed: boolean
  /** Null if the capture was read to its proper end. */
  readonly fault: CaptureFault | null
  /** Bytes read from the input, before decompression. */
  readonly bytesRead: number
  readonly frames: number
  readonly sections: number
  readonly interfaces: number
  readonly linkTypes: readonly number[]
  readonly truncatedFrames: number
  readonly beyondSnapLength: number
  readonly badWireLength: number
  readonly oversizedFrames: number
  readonly strayFrames: number
  readonly untimedFrames: number
  readonly timeReversals: number
  readonly systemDrops: number | null
  readonly interfaceDrops: number | null
}

/**
 * Reads `input` (a path, `-` for standard input, or chunks of bytes) to its end or first damage. Rejects only if a path cannot be opened
 * or the sink throws; whatever is wrong inside is the outcome's `fault`.
 */
export const readCapture = async (
  input: string | AsyncIterable<Uint8Array>,
  sink: FrameSink,
  options: CaptureOptions = {},
): Promise<CaptureOutcome> => {
  const intake = new Intake(sink, options)
  if (typeof input !== 'string') await readChunks(input, intake)
  else if (input === '-') await readChunks(process.stdin, intake)
  else await readPath(input, intake)
  return intake.finish()
}

/** Holds the one buffer, finds out the format and feeds its reader. */
class Intake {
  readonly #tally: CaptureTally
  readonly #options: CaptureOptions
  readonly buffer = new Uint8Array(CHUNK + MAX_RECORD)
  /** Bytes of the buffer that are not yet read. */
  filled = 0
  total: number | null = null
  isCompressed = false
  bytesRead = 0
  #reader: RecordReader | null = null
  #fault: CaptureFault | null = null
  /** Bytes of the capture that its reader is done with. */
  #taken = 0

  constructor(sink: FrameSink, options: CaptureOptions) {
    this.#tally = new CaptureTally(sink)
    this.#options = options
  }

  get isOver(): boolean {
    return this.#fault !== null || (this.#reader !== null && this.#reader.fault !== null)
  }

  /** `count` bytes came from the input. Ends the reading if the caller wants no more. */
  noteRead(count: number): void {
    this.bytesRead += count
    this.#options.onProgress?.(this.bytesRead, this.total)
    if (this.#options.signal?.aborted === true) this.fail('aborted')
  }

  fail(reason: CaptureFaultReason): void {
    this.#fault ??= { reason, offset: this.#taken }
  }

  /** Takes bytes of the capture from elsewhere. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.isOver;) {
      const step = Math.min(chunk.length - at, this.buffer.length - this.filled)
      this.buffer.set(chunk.subarray(at, at + step), this.filled)
      at += step
      this.commit(step)
    }
  }

  /** `count` more bytes of the capture stand in the buffer behind `filled`. */
  commit(count: number): void {
    this.filled += count
    this.#reader ??= this.#chooseReader()
    if (this.#reader === null) return
    const taken = this.#reader.onBytes(this.buffer, 0, this.filled)
    this.#taken += taken
    if (taken > 0) this.buffer.copyWithin(0, taken, this.filled)
    this.filled -= taken
  }

  #chooseReader(): RecordReader | null {
    if (this.filled < 4) return null
    const magic = readU32BigEndian(this.buffer, 0)
    if (magic === PCAPNG_BLOCK.section) return new PcapngReader(this.#tally)
    if (isPcapMagic(magic) || isPcapMagic(readU32LittleEndian(this.buffer, 0)))
      return new PcapReader(this.#tally)
    this.fail('unknown-format')
    return null
  }

  finish(): CaptureOutcome {
    if (!this.isOver) {
      if (this.#reader !== null) this.#reader.onEnd(this.filled)
      else this.fail(this.filled === 0 ? 'empty' : 'unknown-format')
    }
    const tally = this.#tally
    return {
      format: this.#reader === null ? null : this.#reader instanceof PcapReader ? 'pcap' : 'pcapng',
      isCompressed: this.isCompressed,
      fault: this.#reader?.fault ?? this.#fault,
      bytesRead: this.bytesRead,
      frames: tally.frames,
      sections: tally.sections,
      interfaces: tally.interfaces,
      linkTypes: [...tally.linkTypes],
      truncatedFrames: tally.truncatedFrames,
      beyondSnapLength: tally.beyondSnapLength,
      badWireLength: tally.badWireLength,
      oversizedFrames: tally.oversizedFrames,
      strayFrames: tally.strayFrames,
      untimedFrames: tally.untimedFrames,
      timeReversals: tally.timeReversals,
      systemDrops: tally.systemDrops,
      interfaceDrops: tally.interfaceDrops,
    }
  }
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

const readPath = async (path: string, intake: Intake): Promise<void> => {
  const file = await open(path, 'r')
  try {
    const facts = await file.stat()
    intake.total = facts.isFile() ? facts.size : null
    const count = await readInto(file, intake)
    if (count > 0 && isGzip(intake.buffer)) {
      const first = intake.buffer.slice(0, count)
      await readCompressed(chunksBehind(first, file, intake), intake)
      return
    }
    for (let step = count; step > 0 && !intake.isOver; step = await readInto(file, intake))
      intake.commit(step)
  } finally {
    await file.close()
  }
}

/** Reads one chunk behind what is in the buffer; 0 at the end or if it cannot be read. */
const readInto = async (file: FileHandle, intake: Intake): Promise<number> => {
  const room = Math.min(CHUNK, intake.buffer.length - intake.filled)
  try {
    const { bytesRead } = await file.read(intake.buffer, intake.filled, room, null)
    intake.noteRead(bytesRead)
    return bytesRead
  } catch {
    intake.fail('read-failed')
    return 0
  }
}

async function* chunksBehind(
  first: Uint8Array,
  file: FileHandle,
  intake: Intake,
): AsyncGenerator<Uint8Array> {
  yield first
  for (let count = await readInto(file, intake); count > 0; count = await readInto(file, intake)) {
    yield intake.buffer.slice(intake.filled, intake.filled + count)
  }
}

const readChunks = async (input: AsyncIterable<Uint8Array>, intake: Intake): Promise<void> => {
  const chunks = guarded(input, intake)
  const first = await chunks.next()
  if (first.done === true) return
  let head = first.value
  // A pipe may well deliver the two bytes of gzip's magic one by one.
  while (head.length < 2) {
    // The input may use its memory again as soon as it is asked for more.
    const kept = new Uint8Array(head)
    const more = await chunks.next()
    head = more.done === true ? kept : joined(kept, more.value)
    if (more.done === true) break
  }
  if (isGzip(head)) {
    await readCompressed(resumed(head, chunks), intake)
    return
  }
  for await (const chunk of resumed(head, chunks)) {
    if (intake.isOver) break
    intake.push(chunk)
  }
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

async function* resumed(head: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head
  yield* rest
}

/** The input's chunks until it ends, fails or is not wanted any more; a failure of the input is the capture's, not an exception. */
async function* guarded(input: AsyncIterable<Uint8Array>, intake: Intake): AsyncGenerator<Uint8Array> {
  const iterator = input[Symbol.asyncIterator]()
  try {
    while (!intake.isOver) {
      const step = await iterator.next()
      if (step.done === true) return
      intake.noteRead(step.value.length)
      yield step.value
    }
  } catch {
    intake.fail('read-failed')
  } finally {
    await iterator.return?.()
  }
}

/** Decompresses step by step, each step's output being read before the next goes in. */
const readCompressed = async (chunks: AsyncIterable<Uint8Array>, intake: Intake): Promise<void> => {
  intake.isCompressed = true
  const gunzip = createGunzip({ chunkSize: 256 * 1024 })
  let parts: Uint8Array[] = []
  gunzip.on('data', (part: Uint8Array) => parts.push(part))
  const pushParts = (): void => {
    const ready = parts
    parts = []
    for (const part of ready) intake.push(part)
  }
  try {
    let isSound = true
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length && isSound && !intake.isOver; at += GZIP_STEP) {
        isSound = await fed(gunzip, chunk.slice(at, at + GZIP_STEP))
        pushParts()
      }
      if (!isSound || intake.isOver) break
    }
    if (isSound && !intake.isOver) isSound = await ended(gunzip)
    pushParts()
    if (!isSound) intake.fail('gzip-damaged')
  } finally {
    gunzip.destroy()
  }
}

/** False once the stream turned out to be damaged. */
const fed = (gunzip: Gunzip, chunk: Uint8Array): Promise<boolean> =>
  new Promise((resolve) => {
    gunzip.once('error', () => resolve(false))
    gunzip.write(chunk, (error) => {
      gunzip.removeAllListeners('error')
      gunzip.on('error', () => undefined)
      resolve(error === null || error === undefined)
    })
  })

const ended = (gunzip: Gunzip): Promise<boolean> =>
  new Promise((resolve) => {
    gunzip.once('error', () => resolve(false))
    gunzip.once('end', () => resolve(true))
    gunzip.end()
  })
