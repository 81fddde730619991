#!/usr/bin/env bash
# Real phones over a real bridge, judged live. Exit 77: the machine lacks what it needs.
set -u
cd "$(dirname "$0")/../.." || exit 1
for program in baresip kamailio openssl ip ethtool; do
  command -v "$program" >/dev/null && continue
  echo "skip: phones over the bridge ($program is not installed)"
  exit 77
done
if ! ip netns add "callseal-try-$$" 2>/dev/null; then
  echo 'skip: phones over the bridge (no network namespaces here)'
  exit 77
fi
ip netns del "callseal-try-$$"
exec node test/root/phones/run.js "$@"
