/** What systemd would hear: on a real datagram socket that python holds. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { openServiceManager } from '../../src/app/service-manager.ts'
import { loadKoffi } from '../../src/capture/index.ts'

/** Prints `ready`, then each datagram as a line of JSON, so many. */
const RECEIVER = `
import json, socket, sys
name = sys.argv[1]
held = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
held.bind('\\0' + name[1:] if name.startswith('@') else name)
print('ready', flush=True)
for _ in range(int(sys.argv[2])):
    print(json.dumps(held.recv(4096).decode()), flush=True)
`

const hasKoffi = await loadKoffi().then(
  () => true,
  () => false,
)
const hasPython = spawnSync('python3', ['-c', '']).status === 0
const missing = !hasKoffi ? 'koffi is not installed' : !hasPython ? 'python3 is not installed' : null
if (missing !== null) process.stderr.write(`skip: systemd is told (${missing})\n`)
const testIfPossible = missing === null ? test : test.skip

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const receive = async (name: string, count: number, tell: () => Promise<void>): Promise<string[]> => {
  const child = spawn('python3', ['-c', RECEIVER, name, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  let rest = ''
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve())
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      const parts = (rest + piece).split('\n')
      rest = parts.pop() ?? ''
      for (const line of parts) if (line === 'ready') tell().catch(reject)
      lines.push(...parts.filter((line) => line !== 'ready'))
    })
  })
  return lines.map((line) => JSON.parse(line) as string)
}

describe('systemd is told', () => {
  testIfPossible.each(['path', 'abstract'])('by a socket with a name of kind %s', async (kind) => {
    const folder = mkdtempSync(join(tmpdir(), 'callseal-notify-'))
    folders.push(folder)
    const name = kind === 'path' ? join(folder, 'notify') : `@callseal-test-${process.pid}`
    const heard = await receive(name, 4, async () => {
      const manager = await openServiceManager({ NOTIFY_SOCKET: name, WATCHDOG_USEC: '30000000' }, 1)
      expect(manager.watchdog).toBe(30_000)
      manager.ready('listening\non one port')
      manager.status('2 calls')
      manager.alive()
      manager.stopping()
    })
    expect(heard).toEqual([
      'READY=1\nSTATUS=listening on one port\n',
      'STATUS=2 calls\n',
      'WATCHDOG=1\n',
      'STOPPING=1\n',
    ])
  })
})

test('without systemd nothing is told, and nobody watches', async () => {
  const manager = await openServiceManager({}, 1)
  expect(manager.watchdog).toBeNull()
  manager.ready('nobody hears this')
})

test('a watchdog for another process is not ours', async () => {
  const environment = { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '1000000', WATCHDOG_PID: '77' }
  expect((await openServiceManager(environment, 78)).watchdog).toBeNull()
  expect((await openServiceManager(environment, 77)).watchdog).toBe(1000)
})
