/** Which interface is taken when none is named, over trees as /sys/class/net shows them. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { findTappedPort } from '../../src/app/tapped-port.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** `name>bridge` is a port. */
const tree = (...interfaces: string[]): string => {
  const folder = mkdtempSync(join(tmpdir(), 'callseal-net-'))
  folders.push(folder)
  for (const text of interfaces) {
    const [name = '', bridge] = text.split('>')
    mkdirSync(join(folder, name))
    if (bridge === undefined) continue
    mkdirSync(join(folder, name, 'brport'))
    symlinkSync(join('../..', bridge), join(folder, name, 'brport', 'bridge'))
  }
  return folder
}

test.each([
  ['the first port of the bridge', ['br0', 'eth1>br0', 'eth0>br0', 'lo', 'wlan0'], 'eth0'],
  ['no bridge', ['lo', 'eth0'], null],
  ['a bridge with one port carries nothing', ['br0', 'eth0>br0'], null],
  ['two bridges: somebody has to say which', ['eth0>br0', 'eth1>br0', 'eth2>br1', 'eth3>br1'], null],
  ['a second bridge without a wire is no question', ['eth0>br0', 'eth1>br0', 'veth0>docker0'], 'eth0'],
  ['nothing at all', [], null],
])('%s', (_, interfaces, expected) => {
  expect(findTappedPort(tree(...interfaces))).toBe(expected)
})

test('no such folder', () => {
  expect(findTappedPort('/nowhere')).toBeNull()
})
