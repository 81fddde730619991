#!/bin/sh
# A bridge as the kernel makes it: shows that the tests would notice.
set -eu
ip link add br0 type bridge forward_delay 0
for port in eth1 eth2; do ip link set "$port" master br0 up; done
ip link set br0 up
