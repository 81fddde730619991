# Sourced. needs SUITE PROGRAM…: ends with 77, and says why, on a machine that lacks a program or lets nobody make namespaces.
needs() {
  local suite=$1 program
  shift
  for program; do
    command -v "$program" >/dev/null && continue
    echo "skip: $suite ($program is not installed)"
    exit 77
  done
  if ! ip netns add "callseal-try-$$" 2>/dev/null; then
    echo "skip: $suite (no network namespaces here)"
    exit 77
  fi
  ip netns del "callseal-try-$$"
}
