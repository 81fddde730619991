/** One writer a journal: a name in the kernel's own space of socket names (unix(7), abstract), which goes with the process that has it. */
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { createServer } from 'node:net'

/** Gives it back when called. Null: another process writes this journal. Rejects if the folder cannot be looked at. */
export const lockJournal = (folder: string): Promise<(() => void) | null> => {
  const { dev, ino } = statSync(folder, { bigint: true })
  const digest = createHash('sha256').update(`${dev} ${ino}`).digest('hex')
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.unref()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null)
      else reject(error)
    })
    server.listen(`\0callseal-journal-${digest}`, () => {
      resolve(() => server.close())
    })
  })
}
