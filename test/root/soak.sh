#!/usr/bin/env bash
# Memory does not grow: 200 calls at a time, each of ten seconds, and a flood beside them, live on a bridge, with panel, journal, metrics and a broker.
# Two minutes; CALLSEAL_SOAK=SECONDS for more (1800 is what was promised). CALLSEAL_SOAK_FLOOD=0: the calls alone, and then at most 200 MB.
set -u
cd "$(dirname "$0")/../.." || exit 1
. test/root/lib/needs.sh
needs 'soak' ip ethtool cc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc -O2 -o "$work/frame-sender" scripts/bench/frame-sender.c || exit 1
node test/root/soak/run.js "$work" "${CALLSEAL_SOAK:-120}"
