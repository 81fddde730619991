#!/usr/bin/env bash
# Every way of being blind, end to end: each fault is told in time, its calls are marked, it is over in time, and the bridge does not notice.
# Takes about two minutes. Exit 77: the machine lacks what it needs. `faults.sh NAME…`: only those scenarios (test/root/faults/run.js).
set -u
cd "$(dirname "$0")/../.." || exit 1
. test/root/lib/needs.sh
needs 'faults' ip ethtool script sysctl
exec node test/root/faults/run.js "$@"
