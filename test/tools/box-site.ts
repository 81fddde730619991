/** A box process of a test beside a real engine process: their sockets, configuration and journal in one folder that goes with the test. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { CallReport } from '../../src/core/index.ts'
import { FolderDisk, JournalReader, type JournalRecord } from '../../src/output/journal/index.ts'
import { Program, Programs } from './processes.ts'
import { runCli, type Ran } from './run-cli.ts'

const CAPTURE = join(import.meta.dirname, '../cases/two-calls/capture.pcap')
const MAIN = resolve(import.meta.dirname, '../../dist/app/main.js')

/** A call, or what they add up to. */
type Reported = Omit<CallReport, 'type'> & { readonly seq: number; readonly type: string }

export class BoxSite {
  readonly folder = mkdtempSync(join(tmpdir(), 'callseal-box-'))
  readonly programs = new Programs()
  readonly socket = join(this.folder, 'engine.sock')
  readonly control = join(this.folder, 'control.sock')
  readonly journal = join(this.folder, 'state/journal')
  readonly #boxes: Program[] = []

  /** An engine that plays calls again and again, `speed` times as fast as they were. */
  startEngine(speed = 30, ...options: string[]): Program {
    return this.programs.start(
      'replay-engine.js',
      CAPTURE,
      '--socket',
      this.socket,
      '--speed',
      `${speed}`,
      ...options,
    )
  }

  /** `yaml`: its configuration. */
  startBox(yaml = '', environment: Readonly<Record<string, string>> = {}): Program {
    const file = join(this.folder, 'config.yaml')
    writeFileSync(file, yaml)
    const env = { ...process.env, NODE_OPTIONS: '', CALLSEAL_JOURNAL_FOLDER: this.journal, ...environment }
    const args = [MAIN, 'run-box', '--socket', this.socket, '--control', this.control, '--config', file]
    const box = new Program(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env }))
    this.#boxes.push(box)
    return box
  }

  /** `callseal …` beside the box: with its control socket, where the command takes one. */
  ask(...args: string[]): Promise<Ran> {
    return runCli([...args, '--control', this.control])
  }

  /** What `callseal report --json` says. */
  async reported(...options: string[]): Promise<Reported[]> {
    const { stdout, stderr, code } = await runCli(['report', '--json', '--journal', this.journal, ...options])
    if (code !== 0 || stderr !== '') throw new Error(`report ended with ${code}: ${stderr}`)
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Reported)
  }

  /** Everything in the journal. */
  async records(): Promise<JournalRecord[]> {
    const records: JournalRecord[] = []
    for await (const record of new JournalReader(new FolderDisk(this.journal)).read(1))
      if (record.kind !== 'gap') records.push(record)
    return records
  }

  async close(): Promise<void> {
    for (const box of this.#boxes) if (box.isRunning) box.child.kill('SIGKILL')
    await this.programs.endAll()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
