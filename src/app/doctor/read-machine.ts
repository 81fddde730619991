/** Reads a machine once, into plain facts; judges nothing. */
import type { RingSize } from '../../capture/index.ts'
import type { BridgeFacts, InterfaceFacts, MachineFacts, PanelFacts, UnitFacts } from './machine-facts.ts'
import type { Machine } from './machine.ts'
import { readAddresses, readBytes, readInterface, toNumber } from './read-interface.ts'
import type { AddressMap } from './read-interface.ts'

/** The native packages that frames can come through: the ring's, and the other one. */
export const CAPTURE_PACKAGES = ['koffi', 'pcap'] as const

/** The units that run on a box. */
export const UNITS = ['callseal-engine.service', 'callseal.service'] as const

/** What doctor is told beside the machine. */
export interface ReadOptions {
  /** The adapter on a mirror port; null: inline. */
  readonly mirror: string | null
  readonly ring: RingSize
  /** As MachineFacts has it. */
  readonly configFaults: readonly string[] | null
}

const TRAFFIC_MS = 1_000
const MAX_PORTS = 16

/** Takes about a second: traffic is counted over that time. */
export const readMachine = async (machine: Machine, options: ReadOptions): Promise<MachineFacts> => {
  const addresses = await readAddresses(machine)
  const bridgeName = options.mirror === null ? findBridge(machine) : null
  const portNames = options.mirror === null ? portsOf(machine, bridgeName) : [options.mirror]
  const packages = new Map<string, string | null | undefined>()
  for (const name of CAPTURE_PACKAGES) packages.set(name, await machine.whyNotLoaded(name))
  return {
    mirror: options.mirror,
    bridge: bridgeName === null ? null : await readBridge(machine, bridgeName, addresses),
    ports: await readPorts(machine, portNames, addresses),
    bridgeFirewall: readBridgeFirewall(machine, bridgeName),
    capabilities: readCapabilities(machine),
    clockSynchronised: await readClock(machine),
    year: new Date(machine.now()).getUTCFullYear(),
    packages,
    units: await readUnits(machine),
    hardwareWatchdog: machine.readText('/sys/class/watchdog/watchdog0/state'),
    ring: options.ring,
    configFaults: options.configFaults,
    panel: readPanel(machine),
  }
}

const readPanel = (machine: Machine): PanelFacts => {
  const lamps = (machine.listNames('/sys/class/leds') ?? []).filter((name) => name.startsWith('callseal:'))
  const triggers = lamps.map((name) => machine.readText(`/sys/class/leds/${name}/trigger`) ?? '')
  return {
    lamps,
    hasTransient: lamps.length === 0 ? null : triggers.every((names) => /\btransient\b/u.test(names)),
    buses: machine.listNames('/dev')?.filter((name) => name.startsWith('i2c-')) ?? null,
  }
}

const portsOf = (machine: Machine, bridge: string | null): readonly string[] =>
  bridge === null ? [] : (machine.listNames(`/sys/class/net/${bridge}/brif`) ?? []).slice(0, MAX_PORTS)

/** The bridge that the wire goes through: br0 if there is one, else one with two ports, else any; containers have bridges as well. */
const findBridge = (machine: Machine): string | null => {
  const bridges = (machine.listNames('/sys/class/net') ?? []).filter(
    (name) => machine.listNames(`/sys/class/net/${name}/bridge`) !== null,
  )
  return (
    bridges.find((name) => name === 'br0') ??
    bridges.find((name) => portsOf(machine, name).length === 2) ??
    bridges[0] ??
    null
  )
}

const readBridge = async (
  machine: Machine,
  name: string,
  addresses: AddressMap | null,
): Promise<BridgeFacts> => {
  const read = (key: string): number | null =>
    toNumber(machine.readText(`/sys/class/net/${name}/bridge/${key}`))
  return {
    name,
    spanningTree: read('stp_state'),
    forwardDelay: read('forward_delay'),
    multicastSnooping: read('multicast_snooping'),
    groupForwardMask: read('group_fwd_mask'),
    itself: { ...(await readInterface(machine, name, addresses)), bytesPerSecond: null },
  }
}

const readPorts = async (
  machine: Machine,
  names: readonly string[],
  addresses: AddressMap | null,
): Promise<readonly InterfaceFacts[]> => {
  const before = names.map((name) => readBytes(machine, name))
  const from = machine.now()
  await machine.pause(TRAFFIC_MS)
  const seconds = Math.max(machine.now() - from, TRAFFIC_MS) / 1000
  const after = names.map((name) => readBytes(machine, name))
  const ports: InterfaceFacts[] = []
  for (const [at, name] of names.entries()) {
    const [first, second] = [before[at] ?? null, after[at] ?? null]
    const bytesPerSecond = first === null || second === null ? null : Math.max(0, second - first) / seconds
    ports.push({ ...(await readInterface(machine, name, addresses)), bytesPerSecond })
  }
  return ports
}

/** The switches of br_netfilter: for all bridges, and of this one, which count even where those for all are off. */
const readBridgeFirewall = (machine: Machine, bridge: string | null): ReadonlyMap<string, string> | null => {
  if (machine.listNames('/proc/sys/net') === null) return null
  const values = new Map<string, string>()
  if (machine.listNames('/proc/sys/net/bridge') === null) return values
  for (const table of ['ip', 'ip6', 'arp']) {
    const forAll = machine.readText(`/proc/sys/net/bridge/bridge-nf-call-${table}tables`)
    if (forAll !== null) values.set(`net.bridge.bridge-nf-call-${table}tables`, forAll)
    if (bridge === null) continue
    const path = `/sys/class/net/${bridge}/bridge/nf_call_${table}tables`
    const own = machine.readText(path)
    if (own !== null) values.set(path, own)
  }
  return values
}

const readCapabilities = (machine: Machine): bigint | null => {
  const status = machine.readText('/proc/self/status') ?? ''
  const line = status.split('\n').find((each) => each.startsWith('CapEff:'))
  const digits = line?.slice('CapEff:'.length).trim() ?? ''
  return /^[0-9a-f]{1,16}$/.test(digits) ? BigInt(`0x${digits}`) : null
}

/** timesyncd leaves a file; of other clients the kernel knows, and timedatectl asks it. */
const readClock = async (machine: Machine): Promise<boolean | null> => {
  if (machine.readText('/run/systemd/timesync/synchronized') !== null) return true
  const told = await machine.run('timedatectl', ['show', '--property=NTPSynchronized', '--value'])
  if (told?.code !== 0) return null
  return told.stdout.trim() === 'yes'
}

/** `systemctl show` prints a block of KEY=VALUE lines for each unit. */
const readUnits = async (machine: Machine): Promise<ReadonlyMap<string, UnitFacts> | null> => {
  const keys = '--property=Id,LoadState,ActiveState,WatchdogUSec'
  const told = await machine.run('systemctl', ['show', keys, ...UNITS])
  if (told?.code !== 0) return null
  const units = new Map<string, UnitFacts>()
  for (const block of told.stdout.split('\n\n')) {
    const values = new Map(block.split('\n').map((line) => splitOnce(line, '=')))
    units.set(values.get('Id') ?? '', {
      loaded: values.get('LoadState') === 'loaded',
      active: values.get('ActiveState') === 'active',
      watchdog: values.get('WatchdogUSec') ?? '0',
    })
  }
  return units
}

const splitOnce = (line: string, at: string): [string, string] => {
  const [key = '', ...rest] = line.split(at)
  return [key.trim(), rest.join(at).trim()]
}
