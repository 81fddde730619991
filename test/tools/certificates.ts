/** An authority of this run and certificates of it, made by openssl with the dates and names that a test asks for. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const CONFIG = `[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
`

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** OpenSSL's way to write a moment. */
const stampOf = (time: number): string => `${new Date(time).toISOString().replace(/\D/g, '').slice(0, 14)}Z`

const DAY = 86_400_000

export interface Certificate {
  readonly cert: string
  readonly key: string
}

export class Authority {
  /** Its certificate, a path. */
  readonly cert: string
  readonly #folder: string

  constructor(folder: string, name: string) {
    this.#folder = join(folder, name)
    mkdirSync(this.#folder)
    this.#run(
      'req',
      '-x509',
      ...KEY,
      '-days',
      '30',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      'ca.key',
      '-out',
      'ca.crt',
    )
    writeFileSync(join(this.#folder, 'ca.cnf'), CONFIG)
    writeFileSync(join(this.#folder, 'index.txt'), '')
    writeFileSync(join(this.#folder, 'serial'), '01\n')
    this.cert = join(this.#folder, 'ca.crt')
  }

  /** `names` as in subjectAltName; valid from yesterday on for ten days, unless moved by `days`. */
  issue(file: string, names: string, days = 0): Certificate {
    const from = Date.now() + (days - 1) * DAY
    this.#run('req', ...KEY, '-subj', `/CN=${file}`, '-keyout', `${file}.key`, '-out', `${file}.csr`)
    writeFileSync(join(this.#folder, `${file}.ext`), `subjectAltName=${names}\n`)
    const dates = ['-startdate', stampOf(from), '-enddate', stampOf(from + 10 * DAY)]
    const ca = ['-config', 'ca.cnf', '-batch', '-notext', '-cert', 'ca.crt', '-keyfile', 'ca.key']
    this.#run('ca', ...ca, ...dates, '-extfile', `${file}.ext`, '-in', `${file}.csr`, '-out', `${file}.crt`)
    return { cert: join(this.#folder, `${file}.crt`), key: join(this.#folder, `${file}.key`) }
  }

  #run(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] })
  }
}
