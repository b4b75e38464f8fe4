#!/usr/bin/env bash
# How many proven posters a second, beside a Python script with segno and reportlab that proves nothing.
#
#     bash tests/bench/print.sh [ROUNDS] [POSTERS]      five rounds of 1,200 posters where nothing is said
#
# Needs python3 with venv and the package registry of Python, once: the peer's two packages are installed, at the
# versions named here, into a throw-away environment under $TMPDIR. The posters go there, too, and stay until the
# end: 0.2 GB a round.
# Build first with `cargo build --release`, or name another binary in $ONECODE.
set -euo pipefail
cd "$(dirname "$0")/../.."

peer="${TMPDIR:-/tmp}/onecode-print-peer"
[ -x "$peer/bin/python" ] || python3 -m venv "$peer"
"$peer/bin/python" -c 'import segno, reportlab' 2>/dev/null ||
    "$peer/bin/pip" install -q segno==1.6.6 reportlab==5.1.0 pillow==13.0.0 charset-normalizer==3.5.2
exec python3 tests/bench/print.py "${ONECODE:-target/release/onecode}" "$peer/bin/python" "${1:-5}" "${2:-1200}"
