/** What the journal needs of a file system, so that tests can take it away at any moment. Everything rejects with the system's errors. */
import { open, readdir, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { mkdir, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A file that is appended to. */
export interface JournalAppender {
  /** Writes all bytes at the end, or rejects: then nobody knows how many are there. */
  write(bytes: Uint8Array): Promise<void>
  /** Everything that was written is on the disk, and the length of the file (fdatasync). */
  sync(): Promise<void>
  close(): Promise<void>
}

export interface JournalDisk {
  list(): Promise<{ readonly name: string; readonly size: number }[]>
  /** Bytes from `offset` on, as many as there are; a new buffer each time. */
  read(name: string, offset: number, length: number): Promise<Buffer>
  /** At `size` bytes; what stands behind them is cut off. A new file's name is on the disk before this resolves. */
  openAt(name: string, size: number): Promise<JournalAppender>
  remove(names: readonly string[]): Promise<void>
  /** The whole file, or null. */
  load(name: string): Promise<Buffer | null>
  /** The whole file at once: it holds the old or the new text, whatever happens. */
  replace(name: string, text: string): Promise<void>
}

/** A folder of the machine; it is made, readable for its owner only. */
export class FolderDisk implements JournalDisk {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  async list(): Promise<{ name: string; size: number }[]> {
    const names = await readdir(this.folder).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw error
    })
    const sized = await Promise.all(names.map(async (name) => ({ name, size: await this.#sizeOf(name) })))
    // Gone since it was listed.
    return sized.filter((file): file is { name: string; size: number } => file.size !== null)
  }

  async #sizeOf(name: string): Promise<number | null> {
    try {
      return (await stat(join(this.folder, name))).size
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  async read(name: string, offset: number, length: number): Promise<Buffer> {
    const file = await open(join(this.folder, name), 'r')
    try {
      const buffer = Buffer.allocUnsafe(length)
      let filled = 0
      for (;;) {
        const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled)
        filled += bytesRead
        if (bytesRead === 0 || filled === length) return buffer.subarray(0, filled)
      }
    } finally {
      await file.close()
    }
  }

  async openAt(name: string, size: number): Promise<JournalAppender> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    // Not `a`: where the tail was torn off, writing goes on there.
    const path = join(this.folder, name)
    const file = await open(path, 'r+').catch((error: unknown) => {
      if (isMissing(error)) return open(path, 'wx', 0o600)
      throw error
    })
    try {
      await file.truncate(size)
      await this.#syncFolder()
      return new FileAppender(file, size)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) await unlink(join(this.folder, name))
    if (names.length > 0) await this.#syncFolder()
  }

  async load(name: string): Promise<Buffer | null> {
    const size = await this.#sizeOf(name)
    return size === null ? null : this.read(name, 0, size)
  }

  async replace(name: string, text: string): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const path = join(this.folder, name)
    await writeFile(`${path}.new`, text, { mode: 0o600, flush: true })
    await rename(`${path}.new`, path)
    await this.#syncFolder()
  }

  async #syncFolder(): Promise<void> {
    await syncFolder(this.folder)
    await syncFolder(dirname(this.folder))
  }
}

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

class FileAppender implements JournalAppender {
  readonly #file: FileHandle
  #end: number

  constructor(file: FileHandle, size: number) {
    this.#file = file
    this.#end = size
  }

  async write(bytes: Uint8Array): Promise<void> {
    let written = 0
    while (written < bytes.length) {
      const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, this.#end)
      written += bytesWritten
      this.#end += bytesWritten
    }
  }

  sync(): Promise<void> {
    return this.#file.datasync()
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}
