#!/bin/sh
# What systemd/ says, said by hand inside a namespace: for machines without networkd, and to show that the settings themselves suffice.
set -eu
cd /proc/sys/net/ipv6/conf 2>/dev/null && for each in default eth1 eth2; do echo 1 >$each/disable_ipv6; done
for each in iptables ip6tables arptables; do
  [ ! -e /proc/sys/net/bridge/bridge-nf-call-$each ] || echo 0 >/proc/sys/net/bridge/bridge-nf-call-$each
done
ip link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0 group_fwd_mask 65528
for port in eth1 eth2; do
  ip link set "$port" mtu 1508 arp off master br0
  echo 0x4 >"/sys/class/net/$port/brport/group_fwd_mask"
  ip link set "$port" up
done
ip link set br0 mtu 1508 arp off up
