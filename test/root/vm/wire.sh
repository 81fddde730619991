#!/bin/sh
# Two "wired adapters" of the guest, eth0 and eth1; behind the first are the phones, behind the second everybody else.
set -e
for side in phones far; do ip netns add "$side"; done
ip link add eth0 type veth peer name wire netns phones
ip link add eth1 type veth peer name wire netns far
for side in phones far; do
  ip netns exec "$side" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
  ip -n "$side" link set wire up
done
