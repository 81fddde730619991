#!/usr/bin/env bash
# Every way of being blind, end to end: each fault is told in time, its calls are marked, it is over in time, and the bridge does not notice.
# Takes about two minutes. Exit 77: the machine lacks what it needs. `faults.sh NAME…`: only those scenarios (test/root/faults/run.js).
set -u
cd "$(dirname "$0")/../.." || exit 1
for program in ip ethtool script sysctl; do
  command -v "$program" >/dev/null && continue
  echo "skip: faults ($program is not installed)"
  exit 77
done
if ! ip netns add "callseal-try-$$" 2>/dev/null; then
  echo 'skip: faults (no network namespaces here)'
  exit 77
fi
ip netns del "callseal-try-$$"
exec node test/root/faults/run.js "$@"
