/** The program as it is called: exit codes, what goes where, and what it says of the bundled cases. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { COMMANDS } from '../../src/app/commands/index.ts'
import { loadScenes } from '../../src/app/demo/scenes.ts'
import { EXIT_CODES } from '../../src/app/exit-codes.ts'
import { GRADE_TABLE, type CallReport, type Grade, type SummaryReport } from '../../src/core/index.ts'
import { validateRow } from '../tools/report-schema.ts'
import { buildCli, runCli } from '../tools/run-cli.ts'
import { describeIfShared } from '../tools/shared.ts'

const caseFile = (name: string): string => join('test', 'cases', name, 'capture.pcap')
const GREEN = caseFile('sip-tls13-srtp')
const RED = caseFile('sip-udp-rtp-plain')
const AMBER = caseFile('trap-no-signalling-srtp')

/** Grades of a case's calls as test/cases pins them. */
const gradesOf = (folder: string): Grade[] =>
  (JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as { grade: Grade }[]).map(
    ({ grade }) => grade,
  )

const rowsOf = (stdout: string): { type: string; file?: string }[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { type: string; file?: string })

/** Each test starts several processes, and the machine may have other things to do. */
jest.setTimeout(60_000)

let folder = ''
const inFolder = (name: string, bytes: Uint8Array | string): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'callseal-cli-'))
  buildCli()
}, 120_000)

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('exit codes', () => {
  const expectCode = async (args: readonly string[], name: keyof typeof EXIT_CODES): Promise<string> => {
    const ran = await runCli(args)
    expect({ code: ran.code, stderr: ran.stderr }).toMatchObject({ code: EXIT_CODES[name].code })
    return ran.stderr
  }

  test('by what the calls are', async () => {
    expect(await expectCode(['read', GREEN], 'allProtected')).toBe('')
    await expectCode(['read', RED], 'findings')
    await expectCode(['read', AMBER], 'cannotTell')
    await expectCode(['read', GREEN, AMBER], 'cannotTell')
    await expectCode(['read', GREEN, AMBER, RED], 'findings')
  })

  test('a capture without a call is no finding', async () => {
    const header = readFileSync(GREEN).subarray(0, 24)
    await expectCode(['read', inFolder('empty.pcap', header)], 'allProtected')
  })

  test('usage', async () => {
    expect(await expectCode(['read'], 'usage')).toContain("missing required argument 'file'")
    expect(await expectCode([], 'usage')).toContain('Usage: callseal')
    expect(await expectCode(['listen'], 'usage')).toContain("unknown command 'listen'")
    expect(await expectCode(['read', GREEN, '--loud'], 'usage')).toContain("unknown option '--loud'")
    expect(await expectCode(['read', GREEN, '--parties', 'some'], 'usage')).toContain('masked, full, none')
    expect(await expectCode(['read', GREEN, '--json', '--explain', 'c-1'], 'usage')).toContain(
      'cannot be used with',
    )
    expect(await expectCode(['read', '-', '-'], 'usage')).toContain('only once')
    expect(await expectCode(['demo', '--speed', 'fast'], 'usage')).toContain('--speed needs a number')
    expect(await expectCode(['version', 'please'], 'usage')).toContain('too many arguments')
  })

  test('a call that is not there: the ones that are are named', async () => {
    const stderr = await expectCode(['read', caseFile('two-calls'), '--explain', 'c-9'], 'usage')
    expect(stderr).toBe('callseal: there is no call c-9; there are c-1, c-2\n')
  })

  test('no input', async () => {
    expect(await expectCode(['read', join(folder, 'nowhere.pcap')], 'noInput')).toContain(
      'there is no such file',
    )
    expect(await expectCode(['read', folder], 'noInput')).toContain('it cannot be read')
    expect(await expectCode(['read', GREEN, join(folder, 'nowhere.pcap'), RED], 'noInput')).toContain(
      'no such file',
    )
    const secret = inFolder('secret.pcap', readFileSync(GREEN))
    chmodSync(secret, 0)
    // root may read anything.
    if (process.getuid?.() !== 0)
      expect(await expectCode(['read', secret], 'noInput')).toContain('permission')
  })

  test('damage: what stands before it is judged', async () => {
    const cut = inFolder('cut.pcap', readFileSync(RED).subarray(0, 200_001))
    const ran = await runCli(['read', cut])
    expect(ran.code).toBe(EXIT_CODES.damagedInput.code)
    expect(ran.stdout).toMatch(/^exposed +c-1 /m)
    expect(ran.stdout).toMatch(/^note +damaged at byte [0-9,]+: it ends in the middle of a record/m)
    expect(ran.stderr).toContain('it ends in the middle of a record')
    expect(await expectCode(['read', inFolder('text.pcap', 'no capture at all')], 'damagedInput')).toContain(
      'neither pcap nor pcapng',
    )
    expect(await expectCode(['read', inFolder('nothing.pcap', '')], 'damagedInput')).toContain(
      'there is nothing in it',
    )
  })
})

describe('what goes where', () => {
  test('version and help', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    for (const args of [['version'], ['--version'], ['-V']]) {
      expect(await runCli(args)).toEqual({
        code: 0,
        signal: null,
        stdout: `callseal ${version}\n`,
        stderr: '',
      })
    }
    const help = await runCli(['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    for (const { name, isHidden } of COMMANDS) {
      const line = new RegExp(`^  ${name}( |$)`, 'm')
      if (isHidden === true) expect(help.stdout).not.toMatch(line)
      else expect(help.stdout).toMatch(line)
    }
    for (const { code, means } of Object.values(EXIT_CODES))
      expect(help.stdout).toMatch(new RegExp(`^ +${code} +${means}$`, 'm'))
    const page = await runCli(['read', '--help'])
    expect(page).toMatchObject({ code: 0, stderr: '' })
    const flags = COMMANDS.find(({ name }) => name === 'read')!.options.map(({ flags }) => flags)
    for (const flag of flags) expect(page.stdout).toContain(flag)
  })

  test('the table is plain text on standard output when it is no terminal, and fits', async () => {
    const ran = await runCli(['read', caseFile('two-calls')])
    expect(ran).toMatchObject({ code: 10, stderr: '' })
    expect(ran.stdout).not.toContain('\u001b')
    expect(ran.stdout).toMatch(/^GRADE +CALL +SIGNALLING +MEDIA +CODEC +KEYS$/m)
    expect(ran.stdout).toMatch(/^exposed +c-1 +plain UDP +↔ clear +PCMA +none$/m)
    expect(ran.stdout).toMatch(/^protected +c-2 +TLS 1\.3 +↔ encrypted +PCMU +unseen$/m)
    expect(ran.stdout).toMatch(/^calls +1 exposed \(6\.0 s\)$/m)
    for (const line of ran.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  test('wider, it says more', async () => {
    const ran = await runCli(['read', RED], { environment: { COLUMNS: '120' } })
    expect(ran.stdout).toMatch(/^GRADE +CALL +TIME +PARTIES +SIGNALLING/m)
    expect(ran.stdout).toMatch(/^ +Voice is not encrypted: .*s of sound/m)
  })

  test('several files have a header each', async () => {
    const { stdout } = await runCli(['read', GREEN, RED])
    expect(stdout.split('\n').filter((line) => line.endsWith('.pcap'))).toEqual([GREEN, RED])
  })

  test('from standard input, compressed too', async () => {
    const bytes = readFileSync(GREEN)
    for (const stdin of [bytes, gzipSync(bytes)]) {
      const ran = await runCli(['read', '-', '--json'], { stdin })
      expect(ran).toMatchObject({ code: 0, stderr: '' })
      expect(rowsOf(ran.stdout).map(({ type }) => type)).toEqual(expect.arrayContaining(['call', 'summary']))
    }
  })

  test('a full disk is said in one line', async () => {
    const full = '/dev/full'
    if (!existsSync(full)) return
    const ran = await runCli(['read', RED], { stdout: full })
    expect(ran.code).toBe(EXIT_CODES.internal.code)
    expect(ran.stderr).toMatch(/^callseal: the output cannot be written: ENOSPC[^\n]*\n$/)
  })

  test('a reader that goes away ends it without a word', async () => {
    const files = Array.from({ length: 40 }, () => RED)
    const ran = await runCli(['read', '--json', ...files], {
      onFirstOutput: (child) => child.stdout?.destroy(),
    })
    expect(ran).toMatchObject({ code: EXIT_CODES.readerGone.code, stderr: '' })
  })
})

describe('--explain', () => {
  test('by number and by Call-ID, with frame numbers and what was learned', async () => {
    const byNumber = await runCli(['read', RED, '--explain', 'c-1'])
    expect(byNumber).toMatchObject({ code: 10, stderr: '' })
    expect(byNumber.stdout).toMatch(/^Call c-1 {2}exposed$/m)
    expect(byNumber.stdout).toMatch(/evidence .*\[frames? \d+/)
    expect(byNumber.stdout).toMatch(/^high {2}Voice is not encrypted {2}media-clear$/m)
    expect(byNumber.stdout).toMatch(/^What a listener on this wire learned$/m)
    const [, callId = ''] = /Call-ID\s+(\S+)/.exec(byNumber.stdout) ?? []
    const byCallId = await runCli(['read', RED, '--explain', callId])
    expect(byCallId.stdout).toBe(byNumber.stdout)
  })
})

describe('--json', () => {
  test('every row of every case fits the schema; the summary is last; one file has no file in it', async () => {
    const { stdout, stderr, code } = await runCli(['read', caseFile('two-calls'), '--json'])
    const rows = rowsOf(stdout)
    expect({ code, stderr }).toEqual({ code: 10, stderr: '' })
    expect(rows.flatMap(validateRow)).toEqual([])
    expect(
      rows
        .filter(({ type }) => type === 'call')
        .map((row) => (row as CallReport).grade)
        .sort(),
    ).toEqual(['exposed', 'protected'])
    expect(rows.some(({ file }) => file !== undefined)).toBe(false)
    const last = rows.at(-1) as SummaryReport
    expect(last).toMatchObject({ type: 'summary', calls: { exposed: 1, protected: 1 } })
  })

  test('several files: each row says whose it is; a missing one is a row too', async () => {
    const missing = join(folder, 'nowhere.pcap')
    const cut = inFolder('cut-again.pcap', readFileSync(RED).subarray(0, 200_001))
    const { stdout, code } = await runCli(['read', '--json', GREEN, missing, cut])
    const rows = rowsOf(stdout)
    expect(code).toBe(66)
    expect(rows.flatMap(validateRow)).toEqual([])
    expect(new Set(rows.map(({ file }) => file))).toEqual(new Set([GREEN, missing, cut]))
    expect(rows.filter(({ type }) => type === 'error')).toEqual([
      { type: 'error', file: missing, error: 'there is no such file', offset: null },
      { type: 'error', file: cut, error: 'truncated', offset: expect.any(Number) },
    ])
  })

  test('parties: masked unless asked, and gone if asked', async () => {
    const file = caseFile('reinvite-downgrade')
    const number = '442079460958'
    const outputs = await Promise.all(
      [[], ['--parties', 'none'], ['--parties', 'full']].map(
        async (more) => (await runCli(['read', file, '--json', ...more])).stdout,
      ),
    )
    expect(outputs.map((stdout) => stdout.includes(number))).toEqual([false, false, true])
    const [masked, none] = outputs.map(
      (stdout) => rowsOf(stdout).find(({ type }) => type === 'call') as CallReport | undefined,
    )
    expect(masked?.from).toMatch(/958$/)
    expect(none).toMatchObject({ from: null, to: null })
  })

  test('no output of any kind holds a media key', async () => {
    const file = caseFile('srtp-key-in-readable-sip')
    const [, key = ''] = /inline:([A-Za-z0-9+/]{40})/.exec(readFileSync(file, 'latin1')) ?? []
    expect(key).toHaveLength(40)
    for (const more of [[], ['--json', '--parties', 'full'], ['--explain', 'c-1', '--parties', 'full']]) {
      const { stdout, stderr } = await runCli(['read', file, ...more])
      expect(stdout + stderr).not.toContain(key.slice(0, 12))
    }
  })
})

describe('demo', () => {
  /** What the end of the demo says of each call, and what the cases say of it, as `PRIVATE title`. */
  const playedAndExpected = async (): Promise<{ stdout: string; played: string[]; expected: string[] }> => {
    const ran = await runCli(['demo', '--fast'])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const [, closing = ''] = ran.stdout.split(' captures, ')
    const expected = loadScenes().flatMap(({ title, capture }) =>
      gradesOf(join(capture, '..')).map((grade) => `${GRADE_TABLE[grade].word.padEnd(9)}${title}`),
    )
    const shown = closing.split('\n').filter((line) => line.startsWith('  '))
    return {
      stdout: ran.stdout,
      played: shown.slice(0, expected.length).map((line) => line.trim()),
      expected,
    }
  }
  const isZrtp = (line: string): boolean => line.includes('ZRTP')

  test('plays every scene, says what the cases say, and what to try next', async () => {
    const { stdout, played, expected } = await playedAndExpected()
    const scenes = loadScenes()
    scenes.forEach(({ title, about }, index) => {
      expect(stdout).toContain(`[${index + 1}/${scenes.length}] ${title}: ${about}`)
    })
    expect(played.filter((line) => !isZrtp(line))).toEqual(expected.filter((line) => !isZrtp(line)))
    expect(stdout).toContain('Try next:')
    expect(stdout).not.toContain('\u001b')
  })

  test('the clear moments before the keys of a live ZRTP call do not turn it red', async () => {
    const { played, expected } = await playedAndExpected()
    expect(played.filter(isZrtp)).toEqual(expected.filter(isZrtp))
  })

  test('Ctrl-C ends it well, at once', async () => {
    const startedAt = performance.now()
    const ran = await runCli(['demo'], { onFirstOutput: (child) => child.kill('SIGINT') })
    expect(ran).toMatchObject({ code: 0, signal: null, stderr: '' })
    expect(ran.stdout).toContain('Try next:')
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })
})

describeIfShared('a captured login', (shared) => {
  test('no output of any kind holds the answer to a password check, or its nonce', async () => {
    const file = join(shared, 'captures', 'lab', 's14_register_digest_udp_call.pcap')
    const text = readFileSync(file, 'latin1')
    const secrets = [/response="([0-9a-f]{32})"/, /nonce="([^"]{16,})"/].map(
      (pattern) => pattern.exec(text)?.[1] ?? '',
    )
    for (const secret of secrets) expect(secret.length).toBeGreaterThanOrEqual(16)
    for (const more of [[], ['--json'], ['--explain', 'c-1']]) {
      const { stdout, stderr } = await runCli(['read', file, '--parties', 'full', ...more])
      expect(stdout).not.toBe('')
      for (const secret of secrets) expect(stdout + stderr).not.toContain(secret)
    }
  })
})
