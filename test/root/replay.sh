#!/usr/bin/env bash
# Live equals offline: captures played onto a bridge are judged as `callseal read` judges the files, by the ring and by node-pcap.
# Exit 77: the machine lacks what it needs. `CALLSEAL_REPLAY=lab` takes all captures of the lab that lie beside the checkout.
set -u
cd "$(dirname "$0")/../.." || exit 1
. test/root/lib/needs.sh
needs 'captures over the bridge' tcpreplay ip ethtool
folders=(test/cases)
[ "${CALLSEAL_REPLAY:-}" = lab ] && folders+=("${CALLSEAL_SHARED:-../shared}/captures/lab" "${CALLSEAL_SHARED:-../shared}/captures/traps")
failed=0
for source in ring libpcap; do
  node test/root/replay/run.js "$source" "${folders[@]}" || failed=1
done
exit "$failed"
