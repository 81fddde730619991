/** Checks of the bridge: that the wire goes through it whole, and that it says nothing itself. */
import { judged, judgedIfKnown } from './check.ts'
import type { Check, Judgement } from './check.ts'
import type { BridgeFacts, InterfaceFacts, MachineFacts } from './machine-facts.ts'

/** All groups 01-80-C2-00-00-0X but the three that the kernel lets nobody set on a bridge (IEEE 802.1Q table 8-1). */
const BRIDGE_MASK = 0xfff8
/** Bits without which phones lose something: EAPOL (group 03), LLDP (group 0E). */
const PHONE_GROUPS = 0x4008
/** LACP (group 02), which a bridge's own mask cannot hold. */
const LACP_GROUP = 0x4
const IFF_NOARP = 0x80

const APPLY =
  'sudo cp /opt/callseal/systemd/network/* /etc/systemd/network/ && sudo systemctl restart systemd-networkd'

const hex = (mask: number): string => `0x${mask.toString(16)}`

const ofBridge = (facts: MachineFacts, judge: (bridge: BridgeFacts) => Judgement): readonly Judgement[] =>
  facts.bridge === null ? [] : [judge(facts.bridge)]

/** The bridge and its ports, or the one adapter on a mirror port: whatever must be silent. */
const silentOnes = (facts: MachineFacts): readonly InterfaceFacts[] =>
  facts.bridge === null ? facts.ports : [facts.bridge.itself, ...facts.ports]

const judgePorts = (facts: MachineFacts): readonly Judgement[] => {
  if (facts.bridge === null)
    return [judged('fail', null, 'there is no bridge, so no wire goes through this box')]
  const { name } = facts.bridge
  const names = facts.ports.map((port) => port.name).join(', ')
  const radio = facts.ports.find((port) => port.wireless)
  if (radio !== undefined)
    return [judged('fail', name, `${radio.name} is a radio: a tapped wire needs two cables`)]
  if (facts.ports.length === 2) return [judged('ok', name, `carries the wire between ${names}`)]
  return [judged('fail', name, `has ${facts.ports.length} ports instead of two${names && `: ${names}`}`)]
}

const judgeBridgeMask = (bridge: BridgeFacts): Judgement =>
  judgedIfKnown(bridge.name, bridge.groupForwardMask, 'the mask of forwarded groups', (mask) => {
    const missing = BRIDGE_MASK & ~mask
    if (missing === 0)
      return judged('ok', bridge.name, 'lets LLDP, 802.1X and the other reserved groups through')
    return (missing & PHONE_GROUPS) === 0
      ? judged('warn', bridge.name, `swallows some reserved groups (mask ${hex(mask)})`)
      : judged(
          'fail',
          bridge.name,
          `swallows LLDP or 802.1X (mask ${hex(mask)}): phones lose their voice VLAN`,
        )
  })

const judgePortMask = (port: InterfaceFacts): Judgement =>
  judgedIfKnown(port.name, port.groupForwardMask, 'the mask of this port', (mask) =>
    (mask & LACP_GROUP) !== 0
      ? judged('ok', port.name, 'lets LACP through')
      : judged('fail', port.name, `swallows LACP (mask ${hex(mask)}): a bundled link falls apart`),
  )

const judgeIpv6 = (one: InterfaceFacts): Judgement =>
  judgedIfKnown(one.name, one.ipv6Off, 'whether IPv6 is off', (off) =>
    off
      ? judged('ok', one.name, 'has IPv6 off')
      : judged('fail', one.name, 'has IPv6 on: the box sends frames of its own on the tapped wire'),
  )

const judgeAddresses = (one: InterfaceFacts): Judgement =>
  judgedIfKnown(one.name, one.addresses, 'its addresses', (addresses) =>
    addresses.length === 0
      ? judged('ok', one.name, 'has no address')
      : judged('fail', one.name, `has ${addresses.join(', ')}: the box can be reached from the tapped wire`),
  )

const judgeArp = (one: InterfaceFacts): Judgement =>
  judgedIfKnown(one.name, one.flags, 'its flags', (flags) =>
    (flags & IFF_NOARP) !== 0
      ? judged('ok', one.name, 'has ARP off')
      : judged('warn', one.name, 'has ARP on: with an address it would answer on the tapped wire'),
  )

const judgeFirewall = (facts: MachineFacts): readonly Judgement[] => {
  if (facts.bridgeFirewall === null)
    return [judged('unknown', null, 'the switches of br_netfilter cannot be read')]
  if (facts.bridgeFirewall.size === 0) {
    return [judged('ok', null, 'bridged frames pass no firewall: br_netfilter is not loaded')]
  }
  const on = [...facts.bridgeFirewall].filter(([, value]) => value !== '0').map(([name]) => name)
  if (on.length === 0) return [judged('ok', null, 'br_netfilter is loaded, and its switches are off')]
  return [
    judged('fail', null, `bridged frames pass the firewall (${on.join(', ')}): one rule can cut every call`),
  ]
}

/** In the order of what breaks most. */
export const BRIDGE_CHECKS: readonly Check[] = [
  {
    id: 'bridge',
    means: 'the wire goes through a kernel bridge with exactly two wired ports',
    read: '/sys/class/net/*/bridge, brif',
    mend: APPLY,
    onMirror: false,
    judge: judgePorts,
  },
  {
    id: 'bridge-group-mask',
    means: 'frames to the reserved groups 01-80-C2-00-00-0X pass: LLDP, 802.1X, MVRP',
    read: '/sys/class/net/BRIDGE/bridge/group_fwd_mask',
    mend: `echo ${hex(BRIDGE_MASK)} | sudo tee /sys/class/net/%s/bridge/group_fwd_mask`,
    onMirror: false,
    judge: (facts) => ofBridge(facts, judgeBridgeMask),
  },
  {
    id: 'port-group-mask',
    means: 'LACP passes, which only the mask of each port can allow',
    read: '/sys/class/net/PORT/brport/group_fwd_mask',
    mend: `sudo systemctl restart callseal-port@%s.service`,
    onMirror: false,
    judge: (facts) => facts.ports.map(judgePortMask),
  },
  {
    id: 'spanning-tree',
    means: 'the bridge takes no part in the spanning tree: it neither sends BPDUs nor blocks the wire',
    read: '/sys/class/net/BRIDGE/bridge/stp_state',
    mend: 'sudo ip link set %s type bridge stp_state 0',
    onMirror: false,
    judge: (facts) =>
      ofBridge(facts, ({ name, spanningTree }) =>
        judgedIfKnown(name, spanningTree, 'its spanning tree', (state) =>
          state === 0
            ? judged('ok', name, 'takes no part in the spanning tree')
            : judged('fail', name, 'takes part in the spanning tree: it sends frames and may block the wire'),
        ),
      ),
  },
  {
    id: 'forward-delay',
    means: 'after a cable was out, frames pass at once',
    read: '/sys/class/net/BRIDGE/bridge/forward_delay',
    mend: 'sudo ip link set %s type bridge forward_delay 0',
    onMirror: false,
    judge: (facts) =>
      ofBridge(facts, ({ name, forwardDelay }) =>
        judgedIfKnown(name, forwardDelay, 'its forward delay', (delay) =>
          delay === 0
            ? judged('ok', name, 'forwards at once when a cable comes back')
            : judged('fail', name, `cuts the wire for ${delay / 100} s whenever a cable comes back`),
        ),
      ),
  },
  {
    id: 'multicast-snooping',
    means: 'multicast (paging, music on hold, mDNS) passes whether anybody asked for it or not',
    read: '/sys/class/net/BRIDGE/bridge/multicast_snooping',
    mend: 'sudo ip link set %s type bridge mcast_snooping 0',
    onMirror: false,
    judge: (facts) =>
      ofBridge(facts, ({ name, multicastSnooping }) =>
        judgedIfKnown(name, multicastSnooping, 'its multicast snooping', (snooping) =>
          snooping === 0
            ? judged('ok', name, 'lets all multicast through')
            : judged('fail', name, 'decides by itself which multicast passes'),
        ),
      ),
  },
  {
    id: 'bridge-firewall',
    means: 'bridged frames pass no firewall of this box (a container engine may bring one)',
    read: '/proc/sys/net/bridge, /sys/class/net/BRIDGE/bridge/nf_call_*',
    mend: 'sudo systemctl restart systemd-sysctl (with /opt/callseal/systemd/sysctl.d installed), and no container engine here',
    onMirror: false,
    judge: judgeFirewall,
  },
  {
    id: 'ipv6-off',
    means: 'an interface with IPv6 sends by itself, even without an address',
    read: '/proc/sys/net/ipv6/conf/INTERFACE/disable_ipv6',
    mend: 'sudo sysctl -w net.ipv6.conf.%s.disable_ipv6=1',
    onMirror: true,
    judge: (facts) => silentOnes(facts).map(judgeIpv6),
  },
  {
    id: 'no-address',
    means: 'nobody can reach the box from the wire that it listens to',
    read: 'ip -json address show',
    mend: 'sudo ip address flush dev %s (and find who sets it)',
    onMirror: true,
    judge: (facts) => silentOnes(facts).map(judgeAddresses),
  },
  {
    id: 'arp-off',
    means: 'the box neither asks nor answers with ARP on the wire',
    read: '/sys/class/net/INTERFACE/flags',
    mend: 'sudo ip link set %s arp off',
    onMirror: true,
    judge: (facts) => silentOnes(facts).map(judgeArp),
  },
]
