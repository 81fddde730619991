#!/usr/bin/env bash
# The two processes, killed and hung; the sources of frames on a wire (npm run test:live). It needs root for the wire.
cd "$(dirname "$0")/../.." || exit 1
exec npm run test:live --silent
