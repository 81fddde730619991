/** The manual page: all of the table is in it, and the programs that format it have nothing to complain of. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { COMMANDS } from '../../../src/app/commands/index.ts'
import { EXIT_CODES } from '../../../src/app/exit-codes.ts'
import { renderManual } from '../../../src/app/manual/manual-page.ts'
import { bold, roffText } from '../../../src/app/manual/roff.ts'

const page = renderManual(COMMANDS, '0.1.0')

/** Programs that format, and how they are asked to warn of everything. */
const FORMATTERS: readonly (readonly [string, readonly string[]])[] = [
  ['groff', ['-man', '-Tutf8', '-ww', '-rLL=200n']],
  ['man', ['--warnings=w', '-l']],
  ['mandoc', ['-T', 'lint', '-W', 'error']],
]

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'callseal-man-'))
  writeFileSync(join(folder, 'callseal.1'), page)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const format = (program: string, args: readonly string[]): ReturnType<typeof spawnSync> =>
  spawnSync(program, [...args, 'callseal.1'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8', MANPAGER: 'cat', MANWIDTH: '200', MAN_KEEP_FORMATTING: '' },
  })

/** As it is read: without the escape sequences and overstriking by which a terminal shows bold. */
const plain = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- these are looked for
  text.replace(/\u001b\[[\d;]*m|.\u0008/g, '').replace(/\s+/g, ' ')

describe('callseal(1)', () => {
  test.each(FORMATTERS)('%s has nothing to complain of', (program, args) => {
    const ran = format(program, args)
    if (ran.error !== undefined) {
      process.stderr.write(`skip: the manual by ${program} (${program} is not installed)\n`)
      return
    }
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' })
  })

  test('what is read is what the tables say', () => {
    const ran = format('groff', ['-man', '-Tutf8', '-ww', '-rLL=200n'])
    if (ran.error !== undefined) return
    const shown = plain(String(ran.stdout))
    for (const { name, arguments: places, summary, options, isHidden } of COMMANDS) {
      if (isHidden === true) {
        expect(shown).not.toContain(`callseal ${name}`)
        continue
      }
      expect(shown).toContain(`callseal ${name} ${places}`.trim())
      expect(shown).toContain(summary)
      for (const option of options) expect(shown).toContain(option.summary)
    }
    for (const { code, means } of Object.values(EXIT_CODES))
      expect(shown).toContain(`${String(code)} ${means}`)
    expect(shown).toContain('callseal - says of each call')
  })

  test('what roff would read as its own is text', () => {
    expect(roffText(".TH 'x' \\fB -- ~^`")).toBe('\\&.TH \\(aqx\\(aq \\efB \\-\\- \\(ti\\(ha\\(ga')
    expect(bold('')).toBe('')
    const bad = page.split('\n').filter((line) => /^'|^\.(?!TH|SH|SS|TP|PP)/.test(line))
    expect(bad).toEqual([])
  })
})
