/** Completion scripts, each in the shell that it is for: what is offered where. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { COMMANDS, type CommandRow } from '../../../src/app/commands/index.ts'
import { toCompletion } from '../../../src/app/completion/completion-model.ts'
import { renderCompletion } from '../../../src/app/completion/index.ts'

jest.setTimeout(60_000)

const shown = COMMANDS.filter(({ isHidden }) => isHidden !== true).map(({ name }) => name)
const scriptOf = (shell: string): string => renderCompletion(shell, COMMANDS) ?? ''

/** What a person has typed, and what must be offered; the last word is the one that is completed. */
interface Row {
  readonly typed: readonly string[]
  readonly offered: readonly string[]
  /** These must not be. */
  readonly not?: readonly string[]
}

const ROWS: readonly Row[] = [
  { typed: ['re'], offered: ['read', 'report'], not: ['run', 'run-box'] },
  { typed: ['run'], offered: ['run'], not: ['run-box', 'run-engine'] },
  { typed: ['config', ''], offered: ['check', 'schema', 'sample'], not: ['start', 'read'] },
  { typed: ['survey', 's'], offered: ['start', 'stop', 'show'], not: ['schema', 'sample'] },
  { typed: ['mqtt', ''], offered: ['clean'] },
  { typed: ['completion', ''], offered: ['bash', 'zsh', 'fish'] },
  { typed: ['help', 'd'], offered: ['demo', 'doctor'], not: ['read'] },
  { typed: ['read', '--pa'], offered: ['--parties'], not: ['--json', '--source'] },
  { typed: ['read', '--parties', ''], offered: ['masked', 'full', 'none'] },
  { typed: ['run', '--source', 't'], offered: ['tcpdump'], not: ['ring'] },
  { typed: ['run', '--interface', 'l'], offered: ['lo'] },
  { typed: ['doctor', '--mirror', 'l'], offered: ['lo'] },
  { typed: ['read', '--json', 'capt'], offered: ['capture of a day.pcap'], not: ['--json'] },
  { typed: ['config', 'check', '--config', 'capt'], offered: ['capture of a day.pcap'] },
  { typed: ['report', '--journal', 'jou'], offered: ['journal/'], not: ['journal.txt'] },
  { typed: ['report', '--from', ''], offered: [], not: ['capture of a day.pcap', 'journal/', '--to'] },
]

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'callseal-completion-'))
  writeFileSync(join(folder, 'capture of a day.pcap'), '')
  writeFileSync(join(folder, 'journal.txt'), '')
  mkdirSync(join(folder, 'journal'))
  for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(join(folder, `script.${shell}`), scriptOf(shell))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).error === undefined

const describeWith = (shell: string, body: () => void): void => {
  if (isInstalled(shell)) {
    describe(shell, body)
    return
  }
  process.stderr.write(`skip: completion by ${shell} (${shell} is not installed)\n`)
  describe.skip(shell, body)
}

const run = (program: string, args: readonly string[]): string[] =>
  execFileSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, HOME: folder, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
    .split('\n')
    .filter((line) => line !== '')

/** Folders with a slash at their end, as all three shells show them. */
const expectOffers = (found: readonly string[], { offered, not = [] }: Row): void => {
  const bare = found.map((one) => one.replace(/\/$/, ''))
  for (const word of offered) expect(bare).toContain(word.replace(/\/$/, ''))
  for (const word of not) expect(bare).not.toContain(word.replace(/\/$/, ''))
}

const nameOf = ({ typed }: Row): string => `callseal ${typed.join(' ')}`

describeWith('bash', () => {
  /** As bash itself calls the function: words in an array, and which of them it is. */
  const complete = (words: readonly string[]): string[] =>
    run('bash', [
      '--norc',
      '-c',
      'source script.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); [[ $(complete -p callseal) == *"-F _callseal "* ]] && _callseal; printf "%s\\n" "${COMPREPLY[@]}"',
      'bash',
      'callseal',
      ...words,
    ])

  test.each(ROWS.map((row) => [nameOf(row), row] as const))('%s', (_, row) => {
    expectOffers(complete(row.typed), row)
  })

  test('every command and none that is hidden; every option of each', () => {
    expect(complete(['']).sort()).toEqual([...shown, 'help', '-h', '--help', '-V', '--version'].sort())
    for (const { name, options } of COMMANDS.filter(({ isHidden }) => isHidden !== true)) {
      const names = options.flatMap(({ flags }) => flags.match(/(?<=^|, )--?[a-z][a-z-]*/g) ?? [])
      expect(complete([name, '-']).sort()).toEqual([...names, '-h', '--help'].sort())
    }
  })

  test('--option=value, which comes as three words', () => {
    expect(complete(['read', '--parties', '='])).toEqual(['masked', 'full', 'none'])
    expect(complete(['read', '--parties', '=', 'm'])).toEqual(['masked'])
    expect(complete(['survey', '--control', '=', 'x', 'sta'])).toEqual(['start'])
  })

  test('a value is no argument: behind it the first argument is still to come', () => {
    expect(complete(['config', '--config', 'x', ''])).toEqual(['check', 'schema', 'sample'])
    expect(complete(['config', 'check', ''])).toEqual([])
    expect(complete(['survey', 'start', ''])).toEqual([])
  })

  test('nothing is complained of, not even what nobody knows', () => {
    for (const words of [
      ['nonsense', ''],
      ['nonsense', '-'],
      ['read', '-', ''],
      ['--', ''],
    ]) {
      const ran = spawnSync(
        'bash',
        ['--norc', '-uc', 'source script.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _callseal', 'bash', 'callseal', ...words], // prettier-ignore
        { cwd: folder, encoding: 'utf8' },
      )
      expect(ran.stderr).toBe('')
    }
  })
})

describeWith('fish', () => {
  test('it reads the script without a word', () => {
    expect(
      spawnSync('fish', ['--no-execute', 'script.fish'], { cwd: folder, encoding: 'utf8' }),
    ).toMatchObject({
      status: 0,
      stderr: '',
    })
  })

  test.each(ROWS.map((row) => [nameOf(row), row] as const))('%s', (_, row) => {
    const line = `callseal ${row.typed.join(' ')}`
    const found = run('fish', ['--no-config', '-c', `source script.fish; complete -C '${line}'`])
    // Behind a tabulator stands what it means.
    expectOffers(
      found.map((one) => one.split('\t')[0] ?? ''),
      row,
    )
  })
})

describeWith('zsh', () => {
  /** A zsh in a terminal of its own, at which somebody presses the tabulator; what its builtin takes as a match is written down. */
  const SETUP = String.raw`
PS1=
autoload -U compinit && compinit -u -d $PWD/dump
source script.zsh
compadd() {
  if [[ " \${@[1,(i)(-|--)]} " != *' '-[a-zA-Z0-9]#(O|A|D)' '* ]]; then
    local -a hits
    builtin compadd -A hits "$@"
    print -rl -- $hits >> offered
  fi
  builtin compadd "$@"
}
press-tabulator() { zle complete-word; print -r 'PRES''SED' }
zle -N press-tabulator
bindkey '^I' press-tabulator
print 'REA''DY'
`
  const DRIVER = String.raw`
zmodload zsh/zpty
zpty typist 'COLUMNS=200 zsh -f -i'
zpty -w typist 'setopt extended_glob; source setup.zsh'
zpty -r typist said '*READY*'
zpty -w -n typist "$1"$'\t'
zpty -r typist said '*PRESSED*'
zpty -d typist
`
  const complete = (words: readonly string[]): string[] => {
    writeFileSync(join(folder, 'offered'), '')
    writeFileSync(join(folder, 'setup.zsh'), SETUP)
    execFileSync('zsh', ['-f', '-c', DRIVER, 'zsh', `callseal ${words.join(' ')}`], {
      cwd: folder,
      env: { ...process.env, HOME: folder, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
      stdio: 'ignore',
      timeout: 20_000,
    })
    return readFileSync(join(folder, 'offered'), 'utf8').replaceAll('\\', '').split('\n')
  }

  test.each(ROWS.map((row) => [nameOf(row), row] as const))('%s', (_, row) => {
    expectOffers(complete(row.typed), row)
  })

  test('it reads the script without a word', () => {
    expect(spawnSync('zsh', ['-f', '-n', 'script.zsh'], { cwd: folder, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    })
  })
})

describe('the model', () => {
  test('every command, option and value of the table; nothing that is hidden', () => {
    const model = toCompletion(COMMANDS)
    expect(model.map(({ name }) => name)).toEqual([...shown, 'help'])
    for (const { name, options } of model) {
      const rows = COMMANDS.find((row) => row.name === name)?.options ?? []
      for (const row of rows) {
        const option = options.find(({ names }) =>
          names.some((one) => row.flags.split(/[ ,]+/).includes(one)),
        )
        expect([row.flags, option?.takes !== null]).toEqual([row.flags, /[<[]/.test(row.flags)])
        if (row.choices !== undefined) expect(option?.takes).toEqual({ of: 'words', words: row.choices })
      }
    }
  })

  test('the words of a first argument stand in its placeholder', () => {
    for (const { arguments: places, words } of COMMANDS)
      if (words !== undefined) expect(places.startsWith(`<${words.join('|')}>`)).toBe(true)
      else expect(places).not.toContain('|')
  })

  test('a word that a shell would read is refused, not printed', () => {
    const odd: CommandRow = {
      name: 'odd',
      summary: 'odd',
      arguments: '<$(reboot)>',
      words: ['$(reboot)'],
      options: [],
      run: () => Promise.resolve(0),
    }
    expect(() => renderCompletion('bash', [odd])).toThrow('cannot be completed')
    expect(renderCompletion('tcsh', COMMANDS)).toBeNull()
    expect(renderCompletion('toString', COMMANDS)).toBeNull()
  })
})
