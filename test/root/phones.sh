#!/usr/bin/env bash
# Real phones over a real bridge, judged live. Exit 77: the machine lacks what it needs.
set -u
cd "$(dirname "$0")/../.." || exit 1
. test/root/lib/needs.sh
needs 'phones over the bridge' tcpdump baresip kamailio openssl ip ethtool
exec node test/root/phones/run.js "$@"
