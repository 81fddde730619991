#!/bin/bash
# Runs in the guest: the units of the project under a real systemd, on a bridge that networkd made from the project's files. Each line is
# `vm: ok: …` or `vm: FAILED: …`; the last one is `vm: end`.
engine=callseal-engine.service
box=callseal.service

say() { echo "vm: $*"; }
property() { systemctl show -P "$2" "$1"; }
uptime_ms() { awk '{ printf "%d", $1 * 1000 }' /proc/uptime; }

# until SECONDS WHAT COMMAND...: waits for a condition, says what came of it.
until_true() {
  local end=$(($(uptime_ms) + $1 * 1000)) what=$2
  shift 2
  until "$@"; do
    if [ "$(uptime_ms)" -gt "$end" ]; then
      say "FAILED: $what"
      return 1
    fi
    sleep 0.1
  done
  say "ok: $what"
}

is_active() { [ "$(property "$1" ActiveState)/$(property "$1" SubState)" = active/running ]; }
has_ports() { [ -e /sys/class/net/br0/brif/eth0 ] && [ -e /sys/class/net/br0/brif/eth1 ]; }
judged() { journalctl -q -o cat -u "$box" | grep -q exposed; }
has_other_pid() { local now; now=$(property "$1" MainPID); [ "$now" != 0 ] && [ "$now" != "$2" ]; }

# Milliseconds from the signal until systemd started the program anew.
restart_of() {
  local unit=$1 signal=$2 limit=$3 pid at started
  pid=$(property "$unit" MainPID)
  at=$(uptime_ms)
  kill "-$signal" "$pid"
  until_true "$limit" "$unit comes back after SIG$signal" has_other_pid "$unit" "$pid" || return
  started=$(($(property "$unit" ExecMainStartTimestampMonotonic) / 1000 - at))
  say "ok: $unit was started again $started ms after SIG$signal"
  [ "$signal" != KILL ] || [ "$started" -le 3000 ] || say "FAILED: $unit took longer than 3 s"
}

words=$(systemd-analyze verify --man=no /etc/systemd/system/callseal* 2>&1)
[ -z "$words" ] && say 'ok: systemd-analyze verify has nothing to say of the installed units' || say "FAILED: systemd-analyze verify: $words"
until_true 60 'the bridge has both ports' has_ports
until_true 90 'the engine says that it is ready' is_active "$engine"
until_true 90 'the box says that it is ready' is_active "$box"
ip netns exec phones tcpreplay -q -i wire /opt/vm/capture.pcap >/dev/null 2>&1
until_true 60 'a call was judged' judged
for unit in "$engine" "$box"; do
  restart_of "$unit" KILL 20
  until_true 90 "$unit is ready again" is_active "$unit"
done
# A hung program is killed by its watchdog (30 s) and started again.
for unit in "$engine" "$box"; do
  restart_of "$unit" STOP 60
  until_true 90 "$unit is ready again" is_active "$unit"
done
until_true 1 'the bridge was not touched' has_ports
failed=$(systemctl --failed --no-legend --plain | awk '{ print $1 }' | tr '\n' ' ')
[ -z "$failed" ] && say 'ok: no unit failed' || say "FAILED: units: $failed"
for unit in "$engine" "$box"; do journalctl -q -o cat -u "$unit" | tail -n 15 | sed "s/^/vm: $unit: /"; done
say end
