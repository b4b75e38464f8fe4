#!/usr/bin/env bash
# Whether two decoders that onecode does not use, zbar and OpenCV, read every symbol of every layout
# in every language, and in two at once, from the pixels that poppler makes of the files: a table, and
# exit 1 where one is not read by both.
#
#     bash tests/bench/decoders.sh
#
# From Debian, as root or with sudo, each only where it is missing: poppler-utils, zbar-tools, python3-venv.
# From PyPI, into a throw-away directory under $TMPDIR: opencv-python-headless.
# Build first with `cargo build --release`, or name another binary in $ONECODE.
set -euo pipefail
cd "$(dirname "$0")/../.."

missing=()
command -v pdftoppm >/dev/null || missing+=(poppler-utils)
command -v zbarimg >/dev/null || missing+=(zbar-tools)
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends "${missing[@]}"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q opencv-python-headless==4.12.0.88
"$work/venv/bin/python" tests/bench/decoders.py "${ONECODE:-target/release/onecode}" "$work"
