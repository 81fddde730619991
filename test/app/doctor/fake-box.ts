/** A machine made of files: /sys, /proc and /run of a healthy inline box in a temporary folder, and what its programs would say. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openMachine } from '../../../src/app/doctor/machine.ts'
import type { CommandOutcome, Machine } from '../../../src/app/doctor/machine.ts'

/** How a box differs from the healthy one. */
export interface BoxChanges {
  /** By path: its text, or null if it is not there (a folder goes with all in it). */
  readonly files?: Readonly<Record<string, string | null>>
  /** By path: what the symbolic link points to. */
  readonly links?: Readonly<Record<string, string>>
  /** By command line: what it prints, or null if there is no such program; a number is an exit code without words. */
  readonly programs?: Readonly<Record<string, string | number | null>>
  readonly packages?: Readonly<Record<string, string | null>>
  /** Bytes that pass each port in the second of counting. */
  readonly traffic?: number
  readonly now?: number
  readonly configFaults?: readonly string[]
}

const PORT_FILES = {
  mtu: '1508',
  flags: '0x1383',
  operstate: 'up',
  speed: '1000',
  duplex: 'full',
  'brport/group_fwd_mask': '0x4',
  'statistics/rx_bytes': '1000',
  'statistics/tx_bytes': '1000',
  'device/power/control': 'auto',
}

const BRIDGE_FILES = {
  mtu: '1508',
  flags: '0x1083',
  operstate: 'up',
  'bridge/stp_state': '0',
  'bridge/forward_delay': '0',
  'bridge/multicast_snooping': '0',
  'bridge/group_fwd_mask': '0xfff8',
  'brif/eth0/port_no': '0x1',
  'brif/eth1/port_no': '0x2',
}

const FEATURES = (name: string): string =>
  `Features for ${name}:\nrx-checksumming: on\ngeneric-receive-offload: off\nlarge-receive-offload: off [fixed]\nrx-vlan-filter: off [fixed]\n`

const UNIT = (name: string): string => `Id=${name}\nLoadState=loaded\nActiveState=active\nWatchdogUSec=30s\n`

const HEALTHY_PROGRAMS: Readonly<Record<string, string | number | null>> = {
  'ip -json address show': JSON.stringify(
    ['br0', 'eth0', 'eth1'].map((ifname) => ({ ifname, addr_info: [] })),
  ),
  'ethtool -k br0': FEATURES('br0'),
  'ethtool -k eth0': FEATURES('eth0'),
  'ethtool -k eth1': FEATURES('eth1'),
  'ethtool --show-eee br0': 1,
  'ethtool --show-eee eth0': 'EEE settings for eth0:\n\tEEE status: disabled\n',
  'ethtool --show-eee eth1': 1,
  'systemctl show --property=Id,LoadState,ActiveState,WatchdogUSec callseal-engine.service callseal.service': `${UNIT('callseal-engine.service')}\n${UNIT('callseal.service')}`,
}

const healthyFiles = (): Record<string, string | null> => {
  const files: Record<string, string | null> = {
    '/proc/self/status': 'Name:\tnode\nCapEff:\t0000000000002000\n',
    '/run/systemd/timesync/synchronized': '',
    '/sys/class/watchdog/watchdog0/state': 'active',
    '/dev/i2c-1': '',
    ...Object.fromEntries(
      ['red', 'amber', 'green'].map((lamp) => [
        `/sys/class/leds/callseal:${lamp}/trigger`,
        'none timer [transient]',
      ]),
    ),
  }
  for (const name of ['eth0', 'eth1', 'br0']) {
    files[`/proc/sys/net/ipv6/conf/${name}/disable_ipv6`] = '1'
    for (const [key, text] of Object.entries(name === 'br0' ? BRIDGE_FILES : PORT_FILES)) {
      files[`/sys/class/net/${name}/${key}`] = text
    }
  }
  return files
}

/** Its root, the machine to ask, and `remove` for the end. */
export const makeBox = (changes: BoxChanges = {}): { root: string; machine: Machine; remove: () => void } => {
  const root = mkdtempSync(join(tmpdir(), 'callseal-doctor-'))
  writeTree(root, changes)
  const files = openMachine(root)
  let pauses = 0
  const machine: Machine = {
    ...files,
    // The counters of a port rise while doctor waits.
    readText: (path) => {
      const text = files.readText(path)
      if (pauses === 0 || text === null || !path.endsWith('rx_bytes')) return text
      return String(Number(text) + (changes.traffic ?? 0))
    },
    run: (program, args) => Promise.resolve(say(changes, [program, ...args].join(' '))),
    whyNotLoaded: (name) => Promise.resolve(changes.packages?.[name] ?? null),
    now: () => (changes.now ?? Date.UTC(2026, 0, 1)) + pauses * 1000,
    pause: () => {
      pauses++
      return Promise.resolve()
    },
  }
  return { root, machine, remove: () => rmSync(root, { recursive: true, force: true }) }
}

const writeTree = (root: string, changes: BoxChanges): void => {
  const files = { ...healthyFiles(), ...changes.files }
  for (const [path, text] of Object.entries(files)) {
    if (text === null) continue
    mkdirSync(dirname(root + path), { recursive: true })
    writeFileSync(root + path, `${text}\n`)
  }
  for (const [path, text] of Object.entries(changes.files ?? {})) {
    if (text === null) rmSync(root + path, { recursive: true, force: true })
  }
  for (const [path, target] of Object.entries(changes.links ?? {})) {
    mkdirSync(dirname(root + path), { recursive: true })
    rmSync(root + path, { recursive: true, force: true })
    symlinkSync(target, root + path)
  }
}

const say = (changes: BoxChanges, line: string): CommandOutcome | null => {
  const said = { ...HEALTHY_PROGRAMS, ...changes.programs }[line] ?? null
  if (said === null) return null
  return typeof said === 'number' ? { code: said, stdout: '' } : { code: 0, stdout: said }
}
