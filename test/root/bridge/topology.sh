# Namespaces of a tapped wire for one test: `$ends` holds both far ends (phone, switch), `$tap` the box with its ports eth1 and eth2.
# Sourced. Needs `name`: the prefix of both namespaces. Nothing touches the network of this machine.

ends="$name-ends"
tap="$name-tap"

open_wire() {
  ip netns add "$ends"
  ip netns add "$tap"
  # The far ends say nothing by themselves, so whatever is heard there comes from the box.
  ip netns exec "$ends" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6'
  for pair in phone:eth1 switch:eth2; do
    ip -n "$ends" link add "${pair%:*}" mtu 2000 type veth peer name "${pair#*:}" netns "$tap"
    ip -n "$ends" link set "${pair%:*}" arp off up
  done
}

close_wire() {
  [ -z "${networkd:-}" ] || kill "$networkd" 2>/dev/null || true
  ip netns del "$tap" 2>/dev/null || true
  ip netns del "$ends" 2>/dev/null || true
}

in_tap() { ip netns exec "$tap" "$@"; }
