"""The measuring that `lighthouse.sh` starts: the median of three visits to each page, as a Markdown table."""

import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import hall

CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
VISITS = 3
# The browser's network is kept from what it asks for by itself; it never leaves this machine.
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"


def visit(lighthouse, url, directory):
    """Lighthouse's report on a page, seen with a phone."""
    out = directory / "report.json"
    hall.run(
        lighthouse, url, "--quiet", "--output=json", f"--output-path={out}", f"--chrome-flags={FLAGS}",
        f"--only-categories={','.join(CATEGORIES)}", env={**os.environ, "CHROME_PATH": "/usr/bin/chromium"},
    )
    return json.loads(out.read_text(encoding="utf-8"))


def main(onecode, lighthouse, paths):
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        hall.run(onecode, "init", directory / "site")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}"
        # Where the service knows its own address, pages name it to those who look for copies.
        service = hall.Service(onecode, directory / "site", directory / "data", "--base-url", url, listen=url.removeprefix("http://"))
        try:
            rows = [(path, [visit(lighthouse, service.url + path, directory) for _ in range(VISITS)]) for path in paths]
        finally:
            service.end()
    version = rows[0][1][0]["lighthouseVersion"]
    print(f"{time.strftime('%Y-%m-%d')}, Lighthouse {version}, its phone and slow 4G, medians of {VISITS} visits, load {os.getloadavg()[1]:.1f}.\n")
    print(f"| page | {' | '.join(CATEGORIES)} | first paint | largest paint |\n| --- |{' ---: |' * (len(CATEGORIES) + 2)}")
    found = set()
    for path, reports in rows:
        median = lambda value: statistics.median(value(report) for report in reports)
        scores = [median(lambda report: report["categories"][name]["score"] * 100) for name in CATEGORIES]
        paints = [median(lambda report: report["audits"][f"{kind}-contentful-paint"]["numericValue"] / 1e3) for kind in ("first", "largest")]
        print(f"| `{path}` | {' | '.join(f'{score:.0f}' for score in scores)} | {' | '.join(f'{paint:.2f} s' for paint in paints)} |")
        for report in reports:
            for name in CATEGORIES:
                for audit in report["categories"][name]["auditRefs"]:
                    result = report["audits"][audit["id"]]
                    if audit["weight"] and (result["score"] or 0) < 1 and result["scoreDisplayMode"] not in ("notApplicable", "manual"):
                        found.add(f"`{path}`, {name}: {result['title']} ({result['score']})")
    for line in sorted(found):
        print(f"\n- {line}", end="")
    print()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3:])
