#!/bin/sh
# networkd.sh PROJECT PIDFILE: applies the very files of systemd/ inside a namespace: sysctl, a networkd of its own, the port's script as
# udev would start it. networkd believes to be in a container (read-only /sys), so it waits for no udev, and finds no other files.
set -eu
project=$1
/lib/systemd/systemd-sysctl "$project/systemd/sysctl.d/90-callseal.conf"
unshare --mount sh -c '
  mount -t tmpfs tmpfs /run
  mkdir -p /run/systemd/network /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp
  chown -R systemd-network: /run/systemd/netif
  mount -t tmpfs tmpfs /etc/systemd
  cp "$0"/systemd/network/*.net* /run/systemd/network/
  umount /sys && mount -t sysfs -o ro sysfs /sys
  exec /lib/systemd/systemd-networkd' "$project" >"$2.log" 2>&1 &
echo $! >"$2"
for port in eth1 eth2; do "$project/systemd/callseal-port" "$port" 20; done
