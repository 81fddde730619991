#!/usr/bin/env bash
# The units as systemd reads them: nothing unknown in them, and a sandbox of at most 1.5 (systemd-analyze security). Exit 77: no systemd.
set -u
cd "$(dirname "$0")/../.." || exit 1
if ! command -v systemd-analyze >/dev/null; then
  echo 'skip: systemd units (systemd is not installed)'
  exit 77
fi
version=$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
if [ "${version:-0}" -lt 252 ]; then
  echo 'skip: systemd units (systemd is older than 252)'
  exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fail() {
  echo "units failed: $*"
  failed=1
}
# As they would be installed, but with this checkout and this Node in the place of theirs.
for unit in systemd/system/*; do
  sed -e "s#/opt/callseal/#$PWD/#" -e "s#/usr/bin/node#$(command -v node)#" "$unit" >"$work/$(basename "$unit")"
done

# verify ends with 0 for a line that it does not know, so its words count too. Of other units of this machine it may say what it likes.
words=$(systemd-analyze verify --man=no "$work"/*.service "$work"/*.target "$work"/*.path 2>&1)
exit=$?
ours=$(grep -E "$work|callseal" <<<"$words" || true)
[ "$exit" -eq 0 ] && [ -z "$ours" ] || fail "systemd-analyze verify (exit $exit): ${ours:-$words}"
sed 's/^RestrictRealtime=/RestrictRealTime=/' "$work/callseal.service" >"$work/callseal-misspelt.service"
systemd-analyze verify --man=no "$work/callseal-misspelt.service" 2>&1 | grep -q RestrictRealTime ||
  fail 'verify does not notice a misspelt key, so it proves nothing here'
rm "$work/callseal-misspelt.service"

for unit in callseal-engine callseal; do
  told=$(systemd-analyze security --no-pager --offline=true --threshold=15 "$work/$unit.service" 2>&1) ||
    fail "$unit.service: $(tail -n 1 <<<"$told")"
  echo "$unit: $(sed -n 's/.*exposure level for [^:]*: //p' <<<"$told" | cut -d' ' -f1) (at most 1.5)"
done
sed '/^CapabilityBoundingSet=/d' "$work/callseal-engine.service" >"$work/callseal-open.service"
systemd-analyze security --no-pager --offline=true --threshold=15 "$work/callseal-open.service" >/dev/null 2>&1 &&
  fail 'a unit with all capabilities passes, so the threshold proves nothing here'

# What the sandbox is for, whatever its score.
has() { grep -qxF "$2" "systemd/system/$1.service" || fail "$1.service lacks: $2"; }
hasnot() { ! grep -qE "$2" "systemd/system/$1.service" || fail "$1.service must not say: $2"; }
has callseal-engine 'CapabilityBoundingSet=CAP_NET_RAW'
has callseal-engine 'RestrictAddressFamilies=AF_PACKET AF_UNIX AF_NETLINK'
has callseal-fault 'CapabilityBoundingSet='
grep -q '^ExecStopPost=.*start callseal-fault.service' systemd/system/callseal.service || fail 'callseal.service does not show that it failed'
has callseal 'CapabilityBoundingSet='
hasnot callseal 'AF_PACKET|AmbientCapabilities'
hasnot callseal-engine '^(StateDirectory|CacheDirectory|LogsDirectory|ReadWritePaths|PrivateUsers)='
for unit in callseal-engine callseal; do
  has "$unit" 'MemoryMax=400M'
  has "$unit" 'Restart=always'
  has "$unit" 'LimitCORE=0'
  has "$unit" 'MemorySwapMax=0'
  grep -q '^WatchdogSec=' "systemd/system/$unit.service" || fail "$unit.service has no watchdog"
  grep -q -- '--max-old-space-size=192' "systemd/system/$unit.service" || fail "$unit.service: old space of 192 MB"
  hasnot "$unit" '^(MemoryDenyWriteExecute|Requires|BindsTo)='
done

# The users and folders as systemd's own programs read them, into an empty root.
if command -v systemd-sysusers >/dev/null && command -v systemd-tmpfiles >/dev/null; then
  root="$work/root"
  mkdir -p "$root/etc"
  told=$(systemd-sysusers --root="$root" "$PWD/systemd/sysusers.d/callseal.conf" 2>&1) || fail "systemd-sysusers: $told"
  grep -q '^callseal-engine:' "$root/etc/passwd" && grep -q '^callseal:' "$root/etc/passwd" || fail 'sysusers made no users'
  told=$(systemd-tmpfiles --create --root="$root" "$PWD/systemd/tmpfiles.d/callseal.conf" 2>&1) || fail "systemd-tmpfiles: $told"
  [ "$(stat -c %a "$root/etc/callseal")" = 750 ] || fail 'tmpfiles made no /etc/callseal of mode 750'
fi

# The lamps of a box that is gone, on files in the place of /sys/class/leds.
leds="$work/leds"
for lamp in red amber green; do mkdir -p "$leds/callseal:$lamp" && echo on >"$leds/callseal:$lamp/brightness" && echo transient >"$leds/callseal:$lamp/trigger"; done
systemd/callseal-fault-lamps "$leds" || fail 'callseal-fault-lamps ends with an error'
[ "$(cat "$leds"/callseal:*/trigger | xargs)" = 'timer none timer' ] || fail "lamps of a fault: $(cat "$leds"/callseal:*/trigger | xargs)"
[ "$(cat "$leds/callseal:green/brightness")" = 0 ] || fail 'green is on while the box is gone'
systemd/callseal-fault-lamps "$work/nowhere" || fail 'callseal-fault-lamps needs lamps'

exit "$failed"
