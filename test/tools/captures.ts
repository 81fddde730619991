/** The capture files that tests run over. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const CASES = join(import.meta.dirname, '../cases')
const ENDINGS = ['.pcap', '.pcapng', '.cap', '.pcap.gz', '.pcapng.gz']

/** Paths of all capture files below a folder, in order of name. */
export const capturesIn = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ENDINGS.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

/** Those of the project's own cases. */
export const caseCaptures = (): string[] => capturesIn(CASES, '.')
