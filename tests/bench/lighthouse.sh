#!/usr/bin/env bash
# Lighthouse's scores of the pages that people open most, on its phone and its slow network.
#
#     bash tests/bench/lighthouse.sh [PATH...]      the landing page, a guide, a form and a calculator where none is said
#
# Needs chromium and npm from Debian (`bash tests/run` installs both), and the registry of npm, once: Lighthouse is
# installed, at the version named here, under $TMPDIR. Build first with `cargo build --release`, or name another
# binary in $ONECODE. Prints a Markdown table; below 100 it names what was found.
set -euo pipefail
cd "$(dirname "$0")/../.."

lighthouse="${TMPDIR:-/tmp}/onecode-lighthouse"
[ -x "$lighthouse/node_modules/.bin/lighthouse" ] ||
    npm install --silent --no-fund --no-audit --prefix "$lighthouse" lighthouse@12.8.2
[ $# -gt 0 ] || set -- / /g/fees /d/fee-relief '/t/fee?kind=property_first_instance'
exec python3 tests/bench/lighthouse.py "${ONECODE:-target/release/onecode}" "$lighthouse/node_modules/.bin/lighthouse" "$@"
