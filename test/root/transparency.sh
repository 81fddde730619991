#!/usr/bin/env bash
# The program never harms a frame, whatever happens to it, and nobody on the tapped wire can talk to the box.
# CALLSEAL_TRANSPARENCY=long: a million frames each way in each state, some fifteen minutes.
set -u
cd "$(dirname "$0")/../.." || exit 1
. test/root/lib/needs.sh
needs 'transparency' ip ethtool cc python3 ss

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc -O2 -Wall -Wextra -Werror -pthread -o "$work/numbered-frames" test/root/transparency/numbered-frames.c || exit 1
[ "${CALLSEAL_TRANSPARENCY:-}" = long ] && export FRAMES=1000000
failed=0
node test/root/transparency/run.js "$work" || failed=1
bash test/root/transparency/scan.sh "$work" || failed=1
exit "$failed"
