// npm run bench: what judging a capture costs beside the field's tools on the same files, in one run and in turn, so that the ratios hold
// when the machine's speed drifts. CPU is user + system time of the whole process, as the kernel accounts it.
// npm run bench -- live: the same on a wire (bench-live.js).
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeTraffic } from './bench/traffic.js'

if (process.argv[2] === 'live') {
  await import('./bench-live.js')
  process.exit()
}

const RUNS = Number(process.env.BENCH_RUNS ?? 5)
const PACKETS = Number(process.env.BENCH_PACKETS ?? 1_000_000)
const SHARES = [0, 0.5, 0.9]

const OWN = 'callseal read'
/** How many times longer the long capture is: the same calls, that talk longer. */
const LONGER = 5

const tools = (file) => [
  {
    name: OWN,
    argv: [process.execPath, 'dist/app/main.js', 'read', '--json', '--no-progress', file],
  },
  { name: 'ndpiReader', argv: ['ndpiReader', '-q', '-i', file] },
  { name: 'tcpdump -w /dev/null', argv: ['tcpdump', '-r', file, '-w', '/dev/null'] },
  { name: 'tshark rtp,streams', argv: ['tshark', '-q', '-r', file, '-z', 'rtp,streams'], slow: true },
]

const installed = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

/** CPU seconds and peak memory (MB) of one run, by GNU time's accounting of the finished process. */
const measure = (argv) => {
  const script =
    'import os,sys,resource\np=os.spawnvp(os.P_WAIT,sys.argv[1],sys.argv[1:])\nu=resource.getrusage(resource.RUSAGE_CHILDREN)\nprint(u.ru_utime+u.ru_stime,u.ru_maxrss,p,file=sys.stderr)'
  const run = spawnSync('python3', ['-c', script, ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
    maxBuffer: 1 << 26,
  })
  const [cpu, memory] = String(run.stderr).trim().split('\n').pop().split(' ').map(Number)
  return { cpu, memory: memory / 1024 }
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1]

/**
 * Runs the tools in turn on one file and prints a row each; gives the median CPU seconds by name.
 * @param {string} file @param {number} packets @param {(tool: string) => boolean} [isWanted]
 */
const benchFile = (file, packets, isWanted = () => true) => {
  const rows = tools(file).filter(({ name, argv }) => isWanted(name) && installed(argv[0]))
  const figures = new Map(rows.map(({ name }) => [name, []]))
  for (let run = 0; run < RUNS; run++) {
    for (const { name, argv, slow } of rows) if (!slow || run < 2) figures.get(name).push(measure(argv))
  }
  const cpuOf = (name) => median(figures.get(name).map(({ cpu }) => cpu))
  for (const { name } of rows) {
    const memory = median(figures.get(name).map((one) => one.memory))
    const nanos = (cpuOf(name) / packets) * 1e9
    console.log(
      `  ${name.padEnd(22)} ${nanos.toFixed(0).padStart(7)} ns/packet   ${memory.toFixed(0).padStart(5)} MB   ${(cpuOf(name) / cpuOf(OWN)).toFixed(2).padStart(6)} × callseal   (${figures.get(name).length} runs)`,
    )
  }
  return new Map(rows.map(({ name }) => [name, cpuOf(name)]))
}

const folder = join(tmpdir(), `callseal-bench-${process.pid}`)
mkdirSync(folder, { recursive: true })
try {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
  let short = new Map()
  for (const other of SHARES) {
    const file = join(folder, `traffic-${other * 100}.pcap`)
    const packets = writeTraffic(file, { packets: PACKETS, other })
    console.log(`${packets} packets, 1000 calls, ${other * 100} % other traffic`)
    const cpu = benchFile(file, packets)
    if (other === 0) short = cpu
    rmSync(file)
  }
  const file = join(folder, 'long.pcap')
  const packets = writeTraffic(file, { packets: PACKETS * LONGER, other: 0 })
  console.log(`${packets} packets, the same 1000 calls ${LONGER} times as long`)
  const long = benchFile(file, packets, (name) => !name.startsWith('tshark'))
  console.log('what each packet costs beyond the calls themselves (from the short capture to the long one)')
  for (const [name, cpu] of long) {
    const nanos = ((cpu - short.get(name)) / (packets - packets / LONGER)) * 1e9
    console.log(`  ${name.padEnd(22)} ${nanos.toFixed(0).padStart(7)} ns/packet`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
