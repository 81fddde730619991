#!/usr/bin/env bash
# Live equals offline: captures played onto a bridge are judged as `callseal read` judges the files, by the ring and by node-pcap.
# Exit 77: the machine lacks what it needs. `CALLSEAL_REPLAY=lab` takes all captures of the lab that lie beside the checkout.
set -u
cd "$(dirname "$0")/../.." || exit 1
for program in tcpreplay ip ethtool; do
  command -v "$program" >/dev/null && continue
  echo "skip: captures over the bridge ($program is not installed)"
  exit 77
done
if ! ip netns add "callseal-try-$$" 2>/dev/null; then
  echo 'skip: captures over the bridge (no network namespaces here)'
  exit 77
fi
ip netns del "callseal-try-$$"
folders=(test/cases)
[ "${CALLSEAL_REPLAY:-}" = lab ] && folders+=("${CALLSEAL_SHARED:-../shared}/captures/lab" "${CALLSEAL_SHARED:-../shared}/captures/traps")
failed=0
for source in ring libpcap; do
  node test/root/replay/run.js "$source" "${folders[@]}" || failed=1
done
exit "$failed"
