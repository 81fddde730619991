/** A disk in memory that can fail at any byte, and lose power: what was not synced is then gone, torn or there. */
import type { JournalAppender, JournalDisk } from '../../../src/output/journal/journal-disk.ts'

export class CrashDisk implements JournalDisk {
  /** What a program reads. */
  readonly files = new Map<string, Buffer>()
  /** What is safe from a power cut. */
  readonly #safe = new Map<string, Buffer>()
  /** Every operation asks it first; an error's code fails the operation. */
  fault: (operation: string) => string | null = () => null
  /** Of a write that fails, so many bytes are written all the same. */
  partial = 0

  #try(operation: string): void {
    const code = this.fault(operation)
    if (code !== null) throw Object.assign(new Error(code), { code })
  }

  list(): Promise<{ name: string; size: number }[]> {
    return Promise.resolve([...this.files].map(([name, { length }]) => ({ name, size: length })))
  }

  read(name: string, offset: number, length: number): Promise<Buffer> {
    const bytes = this.files.get(name)
    if (bytes === undefined) return Promise.reject(Object.assign(new Error('gone'), { code: 'ENOENT' }))
    return Promise.resolve(Buffer.from(bytes.subarray(offset, offset + length)))
  }

  async openAt(name: string, size: number): Promise<JournalAppender> {
    await Promise.resolve()
    this.#try('open')
    this.files.set(name, (this.files.get(name) ?? Buffer.alloc(0)).subarray(0, size))
    this.#safe.set(name, this.#safe.get(name)?.subarray(0, size) ?? Buffer.alloc(0))
    return {
      write: async (bytes) => {
        await Promise.resolve()
        const append = (piece: Uint8Array): void => {
          this.files.set(name, Buffer.concat([this.files.get(name) ?? Buffer.alloc(0), piece]))
        }
        try {
          this.#try('write')
        } catch (error) {
          append(bytes.subarray(0, this.partial))
          throw error
        }
        append(bytes)
      },
      sync: async () => {
        await Promise.resolve()
        this.#try('sync')
        this.#safe.set(name, this.files.get(name) ?? Buffer.alloc(0))
      },
      close: () => Promise.resolve(),
    }
  }

  remove(names: readonly string[]): Promise<void> {
    for (const name of names) {
      this.files.delete(name)
      this.#safe.delete(name)
    }
    return Promise.resolve()
  }

  load(name: string): Promise<Buffer | null> {
    return Promise.resolve(this.files.get(name) ?? null)
  }

  async replace(name: string, text: string): Promise<void> {
    await Promise.resolve()
    this.#try('replace')
    this.files.set(name, Buffer.from(text))
    this.#safe.set(name, Buffer.from(text))
  }

  /** The power fails: of each file's unsynced bytes `share` (0 to 1) are there, and zeros as ext4 leaves them after that if `zeros`. */
  cutPower(share: number, zeros: boolean): CrashDisk {
    const after = new CrashDisk()
    for (const [name, bytes] of this.files) {
      const safe = this.#safe.get(name)?.length ?? 0
      const kept = safe + Math.floor((bytes.length - safe) * share)
      const rest = Buffer.alloc(zeros ? bytes.length - kept : 0)
      const image = Buffer.concat([bytes.subarray(0, kept), rest])
      after.files.set(name, image)
      after.#safe.set(name, image)
    }
    return after
  }
}
