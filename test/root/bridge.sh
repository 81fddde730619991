#!/usr/bin/env bash
# The silent bridge: what passes, what does not, and that the box sends nothing of its own, from the bridge's creation on. The settings
# are applied by hand and, where networkd is, by networkd from the files of systemd/; a bridge as the kernel makes it shows that the
# test would notice. SILENCE: how long each is listened to (20 s; the promise was measured with 60).
set -u
cd "$(dirname "$0")/../.." || exit 1
silence=${SILENCE:-20}
. test/root/lib/needs.sh
needs 'silent bridge' ip python3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# try WAY SILENCE COMMAND...: in a subshell of its own, so that ways run side by side.
try() (
  way=$1 seconds=$2
  shift 2
  name="cs-d-$$-$way" networkd=
  . test/root/bridge/topology.sh
  close() {
    [ ! -e "$work/$way.pid" ] || networkd=$(cat "$work/$way.pid")
    close_wire
  }
  trap close EXIT
  open_wire || exit 1
  ip netns exec "$ends" python3 test/root/bridge/wire.py phone switch "$seconds" ip netns exec "$tap" "$@" \
    >"$work/$way.json" 2>"$work/$way.err" || tail -n 20 "$work/$way.err" "$work/$way".pid.log 2>/dev/null
)

try hand "$silence" test/root/bridge/by-hand.sh &
try untreated 8 test/root/bridge/untreated.sh &
if [ -x /lib/systemd/systemd-networkd ] && id systemd-network >/dev/null 2>&1; then
  try networkd "$silence" test/root/bridge/networkd.sh "$PWD" "$work/networkd.pid" &
else
  echo 'skip: silent bridge by networkd (networkd is not installed)'
fi
wait

exec python3 test/root/bridge/judge.py "$work"
