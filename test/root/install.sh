#!/usr/bin/env bash
# A machine without a compiler: the project still installs, reads files and listens with the kernel's ring; only npm's `pcap` is missing, and
# asking for it says so. Exit 77: the machine lacks what it needs.
set -u
cd "$(dirname "$0")/../.." || exit 1
. test/root/lib/needs.sh
needs 'installing without a compiler' ip tar
# Not below /tmp: packages that somebody left there would be found.
work=$(mktemp -d -p /var/tmp)
space=callseal-install-$$
trap 'ip netns del "$space" 2>/dev/null; rm -rf "$work"' EXIT
failed=0
check() {
  local what=$1
  shift
  if "$@" >"$work/said" 2>&1; then
    echo "ok: $what"
  else
    echo "FAILED: $what: $(tail -n 5 "$work/said")"
    failed=1
  fi
}
tar -c --exclude=./node_modules --exclude=./dist --exclude=./.git . | tar -x -C "$work"
export CC=/bin/false CXX=/bin/false
cd "$work" || exit 1
check 'npm ci without a compiler' npm ci --no-audit --no-fund --loglevel=error
check 'it is built' npm run build --silent
says() {
  # $1: words; then a command of the program, which ends by itself or is ended.
  local words=$1 pid end=$((SECONDS + 20)) found=1
  shift
  ip netns exec "$space" node dist/app/main.js "$@" >"$work/out" 2>&1 &
  pid=$!
  until grep -q -- "$words" "$work/out"; do
    if [ "$SECONDS" -gt "$end" ] || ! kill -0 "$pid" 2>/dev/null; then
      # It may have said it with its last breath.
      sleep 0.1
      grep -q -- "$words" "$work/out" || found=0
      break
    fi
    sleep 0.1
  done
  kill "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  cat "$work/out"
  [ "$found" = 1 ]
}
ip netns add "$space"
ip -n "$space" link set lo up
check 'npm pcap is not there' test ! -e node_modules/pcap/build/Release/pcap_binding.node
check 'a capture is read' says 'exposed' read test/cases/sip-udp-rtp-plain/capture.pcap
check 'it listens by the ring' says 'listening on lo: .*ring' run --interface lo
check 'asked for libpcap it says what to do' says 'libpcap-dev' run --interface lo --source libpcap
exit "$failed"
