#!/usr/bin/env bash
# How fast scans are kept and pages served, against Debian's nginx on the same machine, in the same minutes.
#
#     bash tests/bench/serve.sh [ROUNDS] [SECONDS]      five rounds of five seconds where nothing is said
#
# Twice: with each server on one half of the cores and the client on the other, so that it is the server
# that is measured; and with nothing said of cores, where the client takes a part of the server's. All
# servers are treated alike: nginx with Debian's settings, and one worker a core of the machine for each.
#
# From Debian, as root or with sudo, each only where it is missing: nginx-light, wrk, strace, python3.
# The store and nginx's log lie in one throw-away directory under $TMPDIR: point it at the disk that is meant.
# Build first with `cargo build --release`, or name another binary in $ONECODE.
set -euo pipefail
cd "$(dirname "$0")/../.."

missing=()
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
command -v wrk >/dev/null || missing+=(wrk)
command -v strace >/dev/null || missing+=(strace)
command -v python3 >/dev/null || missing+=(python3)
if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends "${missing[@]}"
fi
PATH="$PATH:/usr/sbin" exec python3 tests/bench/serve.py "${ONECODE:-target/release/onecode}" "${1:-5}" "${2:-5}"
