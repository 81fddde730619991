# Nobody answers on the tapped wire: the bridge as systemd/ sets it up, the program listening on it, and a scan from both ends. scan.sh FOLDER
set -u
work=$1
name="cs-s-$$" networkd=
. test/root/bridge/topology.sh
program=
close() {
  [ -z "$program" ] || kill "$program" 2>/dev/null
  close_wire
}
trap close EXIT
open_wire || exit 1
in_tap sh test/root/bridge/by-hand.sh || exit 1
ip netns exec "$tap" node dist/app/main.js run --interface eth1 --json >/dev/null 2>"$work/talk" &
program=$!
for _ in $(seq 300); do
  grep -q eth1 "$work/talk" && break
  read -rt 0.1 <> <(:)
done
failed=0
say() { if [ "$1" = 0 ]; then echo "ok: $2"; else echo "FAILED: $2: $3" && failed=1; fi; }

addresses=$(in_tap ip -o addr show scope global; in_tap ip -o addr show scope link)
say "$([ -z "$addresses" ] && echo 0 || echo 1)" 'the box has no address on the wire' "$addresses"
sockets=$(in_tap ss -H -lntuw)
say "$([ -z "$sockets" ] && echo 0 || echo 1)" 'nothing of the box listens there' "$sockets"
mapfile -t macs < <(in_tap sh -c 'cat /sys/class/net/br0/address /sys/class/net/eth1/address /sys/class/net/eth2/address' | sort -u)
ip netns exec "$ends" python3 test/root/transparency/scan.py phone switch 3 "${macs[@]}" >"$work/scan" || failed=1
grep -q '"answers": \[\]' "$work/scan"
say $? "a scan from both ends gets no answer ($(grep -o '"asked": [0-9]*' "$work/scan"))" "$(cat "$work/scan")"
kill -0 "$program" 2>/dev/null
say $? 'the program listened all the time' "$(tail -n 3 "$work/talk")"
# The scan would notice a box that talks.
in_tap ip link set br0 arp on && in_tap ip addr add 192.0.2.1/24 dev br0
ip netns exec "$ends" python3 test/root/transparency/scan.py phone switch 1 "${macs[@]}" >"$work/scan"
grep -q '"answers": \[\]' "$work/scan"
say $((! $?)) 'with an address it would answer, and the scan would notice' "$(cat "$work/scan")"
exit "$failed"
