#!/usr/bin/env bash
# What two large print jobs under way cost the pages: wrk on one guide, without and with them, in turn.
#
#     bash tests/bench/room.sh [ROUNDS] [SECONDS]      five rounds of five seconds where nothing is said
#
# Needs wrk and python3, from Debian. The store lies in a throw-away directory under $TMPDIR.
# Build first with `cargo build --release`, or name another binary in $ONECODE.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 tests/bench/room.py "${ONECODE:-target/release/onecode}" "${1:-5}" "${2:-5}"
