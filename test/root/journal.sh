#!/usr/bin/env bash
# The journal loses nothing that was acknowledged when the power fails, on a real ext4. Exit 77: the machine lacks what it needs.
set -u
cd "$(dirname "$0")/../.." || exit 1
for program in mkfs.ext4 losetup fusermount; do
  command -v "$program" >/dev/null && continue
  echo "skip: power cuts under the journal ($program is not installed)"
  exit 77
done
if ! /usr/bin/python3 -c 'import fusepy' 2>/dev/null || [ ! -e /dev/fuse ] || [ ! -e /dev/loop-control ]; then
  echo 'skip: power cuts under the journal (no fusepy, FUSE or loop devices here)'
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
node test/root/journal/run.js "$work" "${CALLSEAL_CUTS:-220}"
