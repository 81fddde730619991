/** Doctor over machines made of files: the healthy one, and for every check the ways in which it is not. */
import { describe, expect, test } from '@jest/globals'
import { ADAPTER_NOTES } from '../../../src/app/doctor/adapter-table.ts'
import { CHECKS, examine } from '../../../src/app/doctor/examine.ts'
import type { Result } from '../../../src/app/doctor/examine.ts'
import { readMachine } from '../../../src/app/doctor/read-machine.ts'
import { ringTolerance } from '../../../src/app/doctor/ring-tolerance.ts'
import { exitCodeOf } from '../../../src/app/doctor/run-doctor.ts'
import { renderDoctor } from '../../../src/app/doctor/render-doctor.ts'
import { PLAIN } from '../../../src/output/text/index.ts'
import { makeBox } from './fake-box.ts'
import type { BoxChanges } from './fake-box.ts'

const RING = { blockCount: 64, blockSize: 262_144, retireMilliseconds: 60 }
const SHOW =
  'systemctl show --property=Id,LoadState,ActiveState,WatchdogUSec callseal-engine.service callseal.service'

const resultsOf = async (
  changes: BoxChanges = {},
  mirror: string | null = null,
): Promise<readonly Result[]> => {
  const box = makeBox(changes)
  try {
    return examine(
      await readMachine(box.machine, { mirror, ring: RING, configFaults: changes.configFaults ?? [] }),
    )
  } finally {
    box.remove()
  }
}

const unwell = (results: readonly Result[]): string[] =>
  results
    .filter(({ status }) => status !== 'ok')
    .map(({ id, subject, status }) => `${id} ${subject} ${status}`)

const net = (path: string, text: string | null): BoxChanges => ({
  files: { [`/sys/class/net/${path}`]: text },
})
const address = (ifname: string): BoxChanges => ({
  programs: {
    'ip -json address show': JSON.stringify([{ ifname, addr_info: [{ local: '192.0.2.7', prefixlen: 24 }] }]),
  },
})
const features = (name: string, line: string): BoxChanges => ({
  programs: { [`ethtool -k ${name}`]: `Features for ${name}:\n${line}\n` },
})

const led = (name: string, triggers: string | null, ...others: readonly string[]): BoxChanges => ({
  files: Object.fromEntries(
    [name, ...others].map((each) =>
      triggers === null ? [`/sys/class/leds/${each}`, null] : [`/sys/class/leds/${each}/trigger`, triggers],
    ),
  ),
})

/** What is changed on the healthy box, and everything that is then not ok. */
const CASES: readonly (readonly [string, BoxChanges, readonly string[]])[] = [
  ['no lamps', led('callseal:red', null, 'callseal:amber', 'callseal:green'), ['lamps null warn']],
  ['a lamp too few', led('callseal:amber', null), ['lamps callseal:amber fail']],
  ['lamps that stay on', led('callseal:green', '[none] timer'), ['lamps null fail']],
  ['no bus', { files: { '/dev/i2c-1': null, '/dev/null': '' } }, ['screen null warn']],
  ['a wrong key', { configFaults: ['line 2: mqtt.url: "x" cannot be taken'] }, ['configuration null fail']],
  ['three ports', net('br0/brif/eth2/port_no', '3'), ['bridge br0 fail', ...threeUnreadable()]],
  ['one port', net('br0/brif/eth1', null), ['bridge br0 fail']],
  ['a radio as a port', net('eth1/wireless/x', ''), ['bridge br0 fail']],
  ['the default mask', net('br0/bridge/group_fwd_mask', '0x0'), ['bridge-group-mask br0 fail']],
  ['a mask without LLDP', net('br0/bridge/group_fwd_mask', '0xbff8'), ['bridge-group-mask br0 fail']],
  ['a mask without EAPOL', net('br0/bridge/group_fwd_mask', '0xfff0'), ['bridge-group-mask br0 fail']],
  ['a mask of phones only', net('br0/bridge/group_fwd_mask', '0x4008'), ['bridge-group-mask br0 warn']],
  ['no mask file', net('br0/bridge/group_fwd_mask', null), ['bridge-group-mask br0 unknown']],
  ['a port without its mask', net('eth1/brport/group_fwd_mask', '0x0'), ['port-group-mask eth1 fail']],
  ['a port mask of nonsense', net('eth1/brport/group_fwd_mask', 'x'), ['port-group-mask eth1 unknown']],
  ['the spanning tree', net('br0/bridge/stp_state', '1'), ['spanning-tree br0 fail']],
  ['a forward delay', net('br0/bridge/forward_delay', '1500'), ['forward-delay br0 fail']],
  ['multicast snooping', net('br0/bridge/multicast_snooping', '1'), ['multicast-snooping br0 fail']],
  [
    'a firewall over all bridges',
    { files: { '/proc/sys/net/bridge/bridge-nf-call-iptables': '1' } },
    ['bridge-firewall null fail'],
  ],
  [
    'a firewall over this bridge',
    {
      files: {
        '/proc/sys/net/bridge/bridge-nf-call-iptables': '0',
        '/sys/class/net/br0/bridge/nf_call_ip6tables': '1',
      },
    },
    ['bridge-firewall null fail'],
  ],
  ['br_netfilter, switched off', { files: { '/proc/sys/net/bridge/bridge-nf-call-iptables': '0' } }, []],
  [
    'IPv6 on the bridge',
    { files: { '/proc/sys/net/ipv6/conf/br0/disable_ipv6': '0' } },
    ['ipv6-off br0 fail'],
  ],
  ['IPv6 on a port', { files: { '/proc/sys/net/ipv6/conf/eth0/disable_ipv6': '0' } }, ['ipv6-off eth0 fail']],
  [
    'IPv6 of a port unreadable',
    { files: { '/proc/sys/net/ipv6/conf/eth0/disable_ipv6': null } },
    ['ipv6-off eth0 unknown'],
  ],
  [
    'a kernel without IPv6',
    { files: { '/proc/sys/net/ipv6': null, '/proc/sys/net/ipv4/ip_forward': '0' } },
    [],
  ],
  ['an address on the bridge', address('br0'), ['no-address br0 fail']],
  ['an address on a port', address('eth1'), ['no-address eth1 fail']],
  ['an address elsewhere', address('wlan0'), []],
  [
    'no ip program',
    { programs: { 'ip -json address show': null } },
    ['no-address br0 unknown', 'no-address eth0 unknown', 'no-address eth1 unknown'],
  ],
  [
    'an ip program that babbles',
    { programs: { 'ip -json address show': '[{' } },
    ['no-address br0 unknown', 'no-address eth0 unknown', 'no-address eth1 unknown'],
  ],
  ['ARP on a port', net('eth0/flags', '0x1303'), ['arp-off eth0 warn']],
  ['not promiscuous', net('eth0/flags', '0x1083'), ['promiscuous eth0 fail']],
  ['flags unreadable', net('eth0/flags', null), ['arp-off eth0 unknown', 'promiscuous eth0 unknown']],
  ['no cable', net('eth1/operstate', 'down'), ['link eth1 warn']],
  ['half duplex', net('eth1/duplex', 'half'), ['link eth1 warn']],
  ['no word of the link', net('eth1/operstate', null), ['link eth1 unknown']],
  ['small frames', net('eth0/mtu', '1400'), ['mtu eth0 fail']],
  ['plain frames only', net('eth0/mtu', '1500'), ['mtu eth0 warn']],
  ['plain frames on the bridge', net('br0/mtu', '1500'), ['mtu br0 warn']],
  ['GRO', features('eth0', 'generic-receive-offload: on'), ['receive-offload eth0 fail']],
  ['LRO', features('eth1', 'large-receive-offload: on'), ['receive-offload eth1 fail']],
  ['GRO that is fixed', features('eth0', 'rx-gro-hw: on [fixed]'), []],
  ['a VLAN filter', features('eth0', 'rx-vlan-filter: on'), ['vlan-filter eth0 warn']],
  [
    'no ethtool',
    { programs: { 'ethtool -k eth0': null, 'ethtool --show-eee eth0': null } },
    ['receive-offload eth0 unknown', 'vlan-filter eth0 unknown', 'energy-efficient-ethernet eth0 unknown'],
  ],
  [
    'EEE',
    { programs: { 'ethtool --show-eee eth0': 'EEE settings for eth0:\n\tEEE status: enabled - active\n' } },
    ['energy-efficient-ethernet eth0 warn'],
  ],
  [
    'a USB adapter that sleeps',
    {
      links: {
        '/sys/class/net/eth1/device': '../../../devices/usb1/1-1/1-1:1.0',
        '/sys/devices/usb1/1-1/1-1:1.0/subsystem': '../../../../bus/usb',
        '/sys/devices/usb1/1-1/1-1:1.0/driver': '../../../../bus/usb/drivers/r8152',
      },
      files: { '/sys/devices/usb1/1-1/power/control': 'auto' },
    },
    ['adapter eth1 warn', 'usb-power eth1 warn'],
  ],
  [
    'a USB adapter that does not',
    {
      links: {
        '/sys/class/net/eth1/device': '../../../devices/usb1/1-1/1-1:1.0',
        '/sys/devices/usb1/1-1/1-1:1.0/subsystem': '../../../../bus/usb',
        '/sys/devices/usb1/1-1/1-1:1.0/driver': '../../../../bus/usb/drivers/some-good-one',
      },
      files: { '/sys/devices/usb1/1-1/power/control': 'on' },
    },
    [],
  ],
  [
    'a USB adapter that does not tell',
    { links: { '/sys/class/net/eth1/device/subsystem': '../../bus/usb' } },
    ['usb-power eth1 unknown'],
  ],
  [
    'no right to capture, no unit',
    {
      files: { '/proc/self/status': 'CapEff:\t0000000000000000' },
      programs: { [SHOW]: null },
    },
    ['capture-right null fail', 'unit-watchdog null unknown'],
  ],
  ['no right to capture, but a unit', { files: { '/proc/self/status': 'CapEff:\t0000000000001000' } }, []],
  ['no word of rights', { files: { '/proc/self/status': 'Name: x' } }, ['capture-right null unknown']],
  ['one package', { packages: { pcap: 'Cannot find package' } }, ['capture-package pcap warn']],
  [
    'no package',
    { packages: { koffi: 'no', pcap: 'no' } },
    ['capture-package koffi fail', 'capture-package pcap fail'],
  ],
  ['a busy wire', { traffic: 12_500_000 }, ['ring-tolerance null warn']],
  ['a flooded wire', { traffic: 125_000_000 }, ['ring-tolerance null fail']],
  [
    'no counters',
    { files: { '/sys/class/net/eth0/statistics': null, '/sys/class/net/eth1/statistics': null } },
    ['ring-tolerance null unknown'],
  ],
  ['1970', { now: 0 }, ['clock null fail']],
  [
    'a clock that runs free',
    {
      files: { '/run/systemd/timesync/synchronized': null },
      programs: { 'timedatectl show --property=NTPSynchronized --value': 'no\n' },
    },
    ['clock null warn'],
  ],
  [
    'a clock set by another client',
    {
      files: { '/run/systemd/timesync/synchronized': null },
      programs: { 'timedatectl show --property=NTPSynchronized --value': 'yes\n' },
    },
    [],
  ],
  [
    'nobody knows the time',
    { files: { '/run/systemd/timesync/synchronized': null } },
    ['clock null unknown'],
  ],
  [
    'a unit without a watchdog',
    {
      programs: {
        [SHOW]:
          'Id=callseal-engine.service\nLoadState=loaded\nActiveState=active\nWatchdogUSec=0\n\nId=callseal.service\nLoadState=loaded\nActiveState=active\nWatchdogUSec=30s\n',
      },
    },
    ['unit-watchdog callseal-engine.service fail'],
  ],
  [
    'units that are not there, or stopped',
    {
      programs: {
        [SHOW]:
          'Id=callseal-engine.service\nLoadState=not-found\nActiveState=inactive\n\nId=callseal.service\nLoadState=loaded\nActiveState=failed\nWatchdogUSec=30s\n',
      },
    },
    ['unit-watchdog callseal-engine.service warn', 'unit-watchdog callseal.service warn'],
  ],
  ['no hardware watchdog', { files: { '/sys/class/watchdog': null } }, ['hardware-watchdog null warn']],
  [
    'a hardware watchdog that nobody winds',
    { files: { '/sys/class/watchdog/watchdog0/state': 'inactive' } },
    ['hardware-watchdog null warn'],
  ],
]

/** A third port of which nothing but its name is known. */
function threeUnreadable(): string[] {
  const mute = ['port-group-mask', 'ipv6-off', 'arp-off', 'link', 'promiscuous', 'mtu']
  const withoutEthtool = ['receive-offload', 'vlan-filter', 'energy-efficient-ethernet']
  return [...mute, ...withoutEthtool].map((id) => `${id} eth2 unknown`)
}

describe('doctor', () => {
  test('finds nothing wrong with a healthy box, and has looked at everything', async () => {
    const results = await resultsOf()
    expect(unwell(results)).toEqual([])
    // USB sleep has nothing to say without a USB adapter.
    const silent = CHECKS.map(({ id }) => id).filter((id) => !results.some((result) => result.id === id))
    expect(silent).toEqual(['usb-power'])
    expect(results.every(({ mend }) => mend === null)).toBe(true)
    expect(exitCodeOf(results)).toBe(0)
  })

  test.each(CASES)('%s', async (_, changes, expected) => {
    const results = await resultsOf(changes)
    expect(unwell(results).sort()).toEqual([...expected].sort())
    for (const { status, mend } of results) {
      expect(mend === null).toBe(status === 'ok')
      expect(mend ?? '').not.toContain('%s')
    }
    expect(exitCodeOf(results)).toBe(expected.some((line) => line.endsWith(' fail')) ? 10 : 0)
  })

  test('every check has a case above in which it is not ok', () => {
    const seen = new Set(CASES.flatMap(([, , expected]) => expected.map((line) => line.split(' ')[0])))
    expect(CHECKS.map(({ id }) => id).filter((id) => !seen.has(id))).toEqual([])
  })

  test.each(ADAPTER_NOTES.map(({ driver }) => driver))('knows the driver %s', async (driver) => {
    const results = await resultsOf({
      links: { '/sys/class/net/eth0/device/driver': `../../bus/drivers/${driver}` },
    })
    expect(unwell(results)).toEqual(['adapter eth0 warn'])
  })

  test('without a bridge it says so, and claims nothing of it', async () => {
    const results = await resultsOf(net('br0/bridge', null))
    const failed = results.filter(({ status }) => status === 'fail')
    expect(failed.map(({ id, subject }) => `${id} ${subject}`)).toEqual(['bridge null'])
    expect(results.filter(({ id }) => id === 'spanning-tree')).toEqual([])
    expect(failed[0]?.mend).toContain('systemd/network')
  })

  test("a container's bridge is not taken for the wire", async () => {
    const results = await resultsOf({
      files: {
        '/sys/class/net/a-bridge/bridge/stp_state': '1',
        '/sys/class/net/a-bridge/brif/v0/port_no': '1',
      },
    })
    expect(unwell(results)).toEqual([])
  })

  test('on a mirror port no bridge is wanted, but silence is', async () => {
    const changes = {
      files: { '/sys/class/net/br0': null, '/proc/sys/net/ipv6/conf/eth0/disable_ipv6': '0' },
    }
    const results = await resultsOf(changes, 'eth0')
    expect(unwell(results)).toEqual(['ipv6-off eth0 fail'])
    expect(results.some(({ subject }) => subject === 'eth1')).toBe(false)
  })

  test('an empty machine: one failure, and no guesses', async () => {
    const files = Object.fromEntries(['/sys', '/proc', '/run', '/dev'].map((path) => [path, null]))
    const results = await resultsOf({ files, programs: { 'ip -json address show': null, [SHOW]: null } })
    const claimed = results.filter(({ status }) => status === 'ok').map(({ id }) => id)
    // Its configuration is not below that root.
    expect(claimed).toEqual(['capture-package', 'capture-package', 'configuration'])
    expect(exitCodeOf(results)).toBe(10)
  })

  test('names a port in the line that mends it', async () => {
    const results = await resultsOf(features('eth1', 'generic-receive-offload: on'))
    const [result] = results.filter(({ id, status }) => id === 'receive-offload' && status === 'fail')
    expect(result).toMatchObject({ subject: 'eth1', mend: 'sudo ethtool -K eth1 gro off lro off' })
  })

  test('prints a line for each, and what mends it below', async () => {
    const text = renderDoctor(await resultsOf(net('br0/bridge/stp_state', '1')), PLAIN)
    const lines = text.split('\n')
    const at = lines.findIndex((line) => line.startsWith('FAIL'))
    expect(lines[at]).toMatch(/^FAIL +spanning-tree +br0 takes part/)
    expect(lines[at + 1]).toMatch(/^ +mend: sudo ip link set br0 type bridge stp_state 0$/)
    expect(text).toMatch(/\n\d+ ok, 0 warn, 1 FAIL, 0 cannot tell\n$/)
  })

  test('a name that would move the cursor does not', async () => {
    const name = 'eth\u001b[2J'
    const text = renderDoctor(
      await resultsOf({ files: { [`/sys/class/net/br0/brif/${name}/port_no`]: '3' } }),
      PLAIN,
    )
    expect(text).not.toContain('\u001b')
  })
})

describe('ring tolerance', () => {
  test('with a filter time fills it, without one bytes do', () => {
    expect(ringTolerance(RING, 16_777_216)).toEqual({ whole: 1, filtered: 3.84 })
    expect(ringTolerance(RING, 0).whole).toBe(Infinity)
  })
})
