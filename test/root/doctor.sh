#!/usr/bin/env bash
# Doctor on a real bridge in a namespace: one as systemd/ wants it, then spoiled in one way after another. Exit 77: no namespaces.
set -u
cd "$(dirname "$0")/../.." || exit 1
for program in ip python3 node; do
  command -v "$program" >/dev/null && continue
  echo "skip: doctor on a real bridge ($program is not installed)"
  exit 77
done
name="cs-d-$$-doctor"
. test/root/bridge/topology.sh
trap close_wire EXIT
if ! open_wire 2>/dev/null; then
  echo 'skip: doctor on a real bridge (no network namespaces here)'
  exit 77
fi
node --input-type=module -e "import { buildIfStale } from './scripts/lib/build.js'; buildIfStale('$PWD')" || exit 1
# veth glues frames until it is told not to; where ethtool is missing, doctor says that it cannot tell.
for port in eth1 eth2; do command -v ethtool >/dev/null && in_tap ethtool -K "$port" gro off >/dev/null 2>&1; done
in_tap test/root/bridge/by-hand.sh || exit 1

failed=0
# expect WHAT STATUSES...: each `id subject status`, of the checks of the wire, that is not ok; nothing if all are.
expect() {
  local what=$1 code
  shift
  told=$(in_tap node dist/app/main.js doctor --json)
  code=$?
  python3 - "$what" "$code" "$told" "$@" <<'PYTHON' || failed=1
import json, sys
what, code, told, *expected = sys.argv[1:]
wire = {'bridge', 'bridge-group-mask', 'port-group-mask', 'spanning-tree', 'forward-delay', 'multicast-snooping', 'bridge-firewall',
        'ipv6-off', 'no-address', 'arp-off', 'link', 'promiscuous', 'mtu', 'receive-offload'}
checks = json.loads(told)['checks']
seen = {check['id'] for check in checks}
off = sorted(f"{c['id']} {c['subject']} {c['status']}" for c in checks
             if c['id'] in wire and c['status'] not in ('ok', 'unknown'))
cannot = sorted({c['id'] for c in checks if c['id'] in wire and c['status'] == 'unknown'} - {'receive-offload'})
right = off == sorted(expected) and not cannot and wire <= seen
right = right and (code == ('10' if any(c['status'] == 'fail' for c in checks) else '0'))
print(f"{'ok' if right else 'doctor failed'}: {what}: {off or 'nothing wrong with the wire'}"
      + ('' if right else f', expected {sorted(expected)}, cannot tell {cannot}, code {code}'))
sys.exit(not right)
PYTHON
}

expect 'as systemd/ wants it'

in_tap sh -c 'echo 0 >/sys/class/net/br0/bridge/group_fwd_mask; echo 0 >/sys/class/net/eth2/brport/group_fwd_mask'
expect 'without masks' 'bridge-group-mask br0 fail' 'port-group-mask eth2 fail'
in_tap sh -c 'echo 0xfff8 >/sys/class/net/br0/bridge/group_fwd_mask; echo 0x4 >/sys/class/net/eth2/brport/group_fwd_mask'

in_tap ip link set br0 type bridge stp_state 1 forward_delay 1500
expect 'with a spanning tree' 'spanning-tree br0 fail' 'forward-delay br0 fail'
in_tap ip link set br0 type bridge stp_state 0
in_tap ip link set br0 type bridge forward_delay 0

in_tap ip address add 192.0.2.1/24 dev eth1
in_tap ip link set eth2 arp on
expect 'with an address, and ARP' 'no-address eth1 fail' 'arp-off eth2 warn'
in_tap ip address flush dev eth1
in_tap ip link set eth2 arp off

if in_tap test -e /proc/sys/net/ipv6/conf/eth1/disable_ipv6; then
  in_tap sh -c 'echo 0 >/proc/sys/net/ipv6/conf/eth1/disable_ipv6'
  # A port of a bridge gets no address, so this alone is told.
  in_tap ip address flush dev eth1
  expect 'with IPv6' 'ipv6-off eth1 fail'
  in_tap sh -c 'echo 1 >/proc/sys/net/ipv6/conf/eth1/disable_ipv6'
fi

in_tap ip link set eth1 mtu 1500
# The bridge follows its smallest port.
expect 'with plain frames only' 'mtu br0 warn' 'mtu eth1 warn'
in_tap ip link set eth1 mtu 1508

if in_tap test -e /proc/sys/net/bridge/bridge-nf-call-iptables; then
  in_tap sh -c 'echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables'
  expect 'with a firewall' 'bridge-firewall None fail'
  in_tap sh -c 'echo 0 >/proc/sys/net/bridge/bridge-nf-call-iptables'
fi

ip -n "$ends" link set switch down
expect 'with a cable out' 'link eth2 warn'
ip -n "$ends" link set switch up

in_tap ip link set eth2 nomaster
expect 'with one port' 'bridge br0 fail'

exit "$failed"
