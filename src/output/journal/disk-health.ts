/** How the disk under the journal is, in a word and a sentence. */

export interface DiskHealth {
  readonly state: 'good' | 'disk-full' | 'read-only' | 'failing'
  /** What is wrong and what to do; empty if all is well. */
  readonly sentence: string
}

const BY_CODE: Readonly<Record<string, DiskHealth>> = {
  ENOSPC: {
    state: 'disk-full',
    sentence:
      'the disk is full: calls are judged and shown, but not kept; make room or lower journal.keep_megabytes',
  },
  EDQUOT: {
    state: 'disk-full',
    sentence:
      'the disk quota is used up: calls are judged and shown, but not kept; make room or lower journal.keep_megabytes',
  },
  EROFS: {
    state: 'read-only',
    sentence:
      'the disk is read-only: calls are judged and shown, but not kept; a worn card may be the cause: replace it',
  },
  EACCES: {
    state: 'read-only',
    sentence: 'the journal may not be written by this user: see journal.folder and who owns it',
  },
}

/** Of an error of the file system. */
export const toDiskHealth = (error: unknown): DiskHealth => {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException
  return (
    BY_CODE[code] ?? {
      state: 'failing',
      sentence: `the disk fails (${code}): calls are judged and shown, but not kept; check the card and replace it`,
    }
  )
}
