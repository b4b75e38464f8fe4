#!/usr/bin/env bash
# How many litigation documents a second, and how large, beside docxtpl on the same content.
#
#     bash tests/bench/documents.sh [ROUNDS] [SLUG]      five rounds of complaint-loan where nothing is said
#
# SLUG is a document with a file of answers in tests/documents/. Needs python3 with venv and the package registry of
# Python, once: the peer is installed, at the versions named here, into a throw-away environment under $TMPDIR.
# Builds the optimised program first.
set -euo pipefail
cd "$(dirname "$0")/../.."

peer="${TMPDIR:-/tmp}/onecode-documents-peer"
[ -x "$peer/bin/python" ] || python3 -m venv "$peer"
"$peer/bin/python" -c 'import docxtpl' 2>/dev/null ||
    "$peer/bin/pip" install -q docxtpl==0.20.2 python-docx==1.2.0 lxml==6.1.3 jinja2
cargo bench -q --bench documents --no-run
exec "$peer/bin/python" tests/bench/documents.py "${1:-5}" "${2:-complaint-loan}"
