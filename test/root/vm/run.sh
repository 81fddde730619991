#!/usr/bin/env bash
# The units under a real systemd: an emulated amd64 machine boots a Debian with the project in it, on a bridge that networkd makes of two
# adapters, and says of each promise whether it is kept. Exit 77: the machine lacks what it needs.
set -u
cd "$(dirname "$0")/../../.." || exit 1
for program in qemu-system-x86_64 mmdebstrap cpio; do
  command -v "$program" >/dev/null && continue
  echo "skip: units in a virtual machine ($program is not installed)"
  exit 77
done
if [ "$(uname -m)" != x86_64 ]; then
  echo 'skip: units in a virtual machine (this machine is no amd64)'
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! bash test/root/vm/build-image.sh "$work"; then
  tail -n 20 "$work/mmdebstrap.log"
  echo 'FAILED: the image could not be built'
  exit 1
fi
# No login on the console: it would take it from the test.
timeout 420 qemu-system-x86_64 -accel tcg -m 1500 -smp 2 -display none -monitor none -serial "file:$work/console" -no-reboot \
  -kernel "$work/vmlinuz" -initrd "$work/initrd" -append 'console=ttyS0 quiet systemd.show_status=0 net.ifnames=0 systemd.mask=serial-getty@ttyS0.service' </dev/null
sed -i 's/\r$//' "$work/console"
grep -a '^vm: ' "$work/console"
if grep -aq '^vm: end' "$work/console" && ! grep -aq '^vm: FAILED' "$work/console"; then exit 0; fi
tail -n 30 "$work/console"
exit 1
