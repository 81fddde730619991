/** Checks of the adapters: that they hear everything, as it was on the wire, and do not sleep. */
import { ADAPTER_NOTES } from './adapter-table.ts'
import { judged, judgedIfKnown } from './check.ts'
import type { Check, Judgement } from './check.ts'
import type { InterfaceFacts, MachineFacts } from './machine-facts.ts'

const IFF_PROMISC = 0x100
/** Two tags, or PPPoE, on full frames. */
const WANTED_MTU = 1508
const ETHERNET_MTU = 1500
/** What glues frames together before anybody can see them, by ethtool's names. */
const GLUE = ['generic-receive-offload', 'large-receive-offload', 'rx-gro-hw'] as const
const VLAN_FILTER = 'rx-vlan-filter'

const ofPorts =
  (judge: (port: InterfaceFacts) => Judgement) =>
  (facts: MachineFacts): readonly Judgement[] =>
    facts.ports.map(judge)

const judgeLink = (port: InterfaceFacts): Judgement =>
  judgedIfKnown(port.name, port.operationalState, 'its link', (state) => {
    if (state !== 'up') return judged('warn', port.name, `has no link (${state})`)
    if (port.duplex === 'half') return judged('warn', port.name, 'runs half duplex: frames collide')
    const speed = port.speed === null || port.speed <= 0 ? '' : ` at ${port.speed} Mbit/s`
    return judged('ok', port.name, `has a link${speed}`)
  })

const judgePromiscuity = (port: InterfaceFacts): Judgement =>
  judgedIfKnown(port.name, port.flags, 'its flags', (flags) =>
    (flags & IFF_PROMISC) !== 0
      ? judged('ok', port.name, 'hears frames for everybody')
      : judged('fail', port.name, 'hears only frames for itself'),
  )

const judgeGlue = (port: InterfaceFacts): Judgement => {
  const { offloads } = port
  if (offloads === null) return judged('unknown', port.name, 'its offloads cannot be read without ethtool')
  const on = GLUE.filter((name) => offloads.get(name) === true)
  return on.length === 0
    ? judged('ok', port.name, 'gives frames as they were on the wire')
    : judged('fail', port.name, `glues frames together (${on.join(', ')})`)
}

const judgeVlanFilter = (port: InterfaceFacts): Judgement => {
  if (port.offloads === null) {
    return judged('unknown', port.name, 'its VLAN filter cannot be read without ethtool')
  }
  return port.offloads.get(VLAN_FILTER) === true
    ? judged('warn', port.name, 'may drop VLANs that nobody asked it for')
    : judged('ok', port.name, 'filters no VLAN')
}

const judgeEnergyEfficiency = (port: InterfaceFacts): Judgement => {
  if (port.energyEfficiency === null) {
    return judged('unknown', port.name, 'energy-efficient Ethernet cannot be read without ethtool')
  }
  return port.energyEfficiency === 'on'
    ? judged('warn', port.name, 'has energy-efficient Ethernet on: links flap, and RTP gets jitter')
    : judged('ok', port.name, `has no energy-efficient Ethernet (${port.energyEfficiency})`)
}

const judgeUsbPower = (port: InterfaceFacts): readonly Judgement[] => {
  if (port.usbPower === null) return []
  if (port.usbPower === 'on') return [judged('ok', port.name, 'is a USB adapter that never sleeps')]
  return port.usbPower === 'auto'
    ? [judged('warn', port.name, 'is a USB adapter that may be put to sleep')]
    : [judged('unknown', port.name, 'is a USB adapter whose sleep cannot be read')]
}

const judgeAdapter = (port: InterfaceFacts): Judgement => {
  const note = ADAPTER_NOTES.find(({ driver }) => driver === port.driver)
  if (note !== undefined) {
    return judged('warn', port.name, `is a ${note.hardware}: ${note.trouble}`, note.mend)
  }
  return judged('ok', port.name, `has no known trouble (driver ${port.driver ?? 'none: it is virtual'})`)
}

const judgeMtu = (one: InterfaceFacts): Judgement =>
  judgedIfKnown(one.name, one.mtu, 'its MTU', (mtu) => {
    if (mtu >= WANTED_MTU) return judged('ok', one.name, `takes frames of ${mtu} bytes`)
    return mtu >= ETHERNET_MTU
      ? judged(
          'warn',
          one.name,
          `takes frames of ${mtu} bytes: full ones with two tags, or PPPoE of 1,508, are lost`,
        )
      : judged('fail', one.name, `takes frames of ${mtu} bytes: full frames are lost`)
  })

/** In the order in which a frame meets them. */
export const PORT_CHECKS: readonly Check[] = [
  {
    id: 'link',
    means: 'both cables are in, and run full duplex',
    read: '/sys/class/net/PORT/operstate, speed, duplex',
    mend: 'look at the cable and the other end',
    onMirror: true,
    judge: ofPorts(judgeLink),
  },
  {
    id: 'adapter',
    means: 'the adapter is not one that is known to trouble listeners',
    read: '/sys/class/net/PORT/device/driver, a table of drivers',
    mend: 'use another adapter',
    onMirror: true,
    judge: ofPorts(judgeAdapter),
  },
  {
    id: 'promiscuous',
    means: 'the adapter hears frames for everybody',
    read: '/sys/class/net/PORT/flags',
    mend: 'sudo ip link set %s promisc on',
    onMirror: true,
    judge: ofPorts(judgePromiscuity),
  },
  {
    id: 'mtu',
    means: 'frames with two tags, and of 1,508 bytes, pass',
    read: '/sys/class/net/INTERFACE/mtu',
    mend: `sudo ip link set %s mtu ${WANTED_MTU}`,
    onMirror: true,
    judge: (facts) => [...(facts.bridge === null ? [] : [facts.bridge.itself]), ...facts.ports].map(judgeMtu),
  },
  {
    id: 'receive-offload',
    means: 'one frame on the wire is one frame for the engine (GRO, LRO)',
    read: 'ethtool -k PORT',
    mend: 'sudo ethtool -K %s gro off lro off',
    onMirror: true,
    judge: ofPorts(judgeGlue),
  },
  {
    id: 'vlan-filter',
    means: 'the adapter drops no VLAN',
    read: 'ethtool -k PORT',
    mend: 'sudo ethtool -K %s rx-vlan-filter off',
    onMirror: true,
    judge: ofPorts(judgeVlanFilter),
  },
  {
    id: 'energy-efficient-ethernet',
    means: 'the link does not doze between RTP packets',
    read: 'ethtool --show-eee PORT',
    mend: 'sudo ethtool --set-eee %s eee off',
    onMirror: true,
    judge: ofPorts(judgeEnergyEfficiency),
  },
  {
    id: 'usb-power',
    means: 'a USB adapter is never put to sleep',
    read: '/sys/class/net/PORT/device/../power/control',
    mend: 'echo on | sudo tee /sys/class/net/%s/device/../power/control',
    onMirror: true,
    judge: (facts) => facts.ports.flatMap(judgeUsbPower),
  },
]
