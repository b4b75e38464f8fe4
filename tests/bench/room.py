"""The measuring that `room.sh` starts: prints one Markdown table.

Two users each order 500 posters as a ZIP, again and again, so that one job is made and one waits for as
long as a round lasts. wrk keeps 16 connections busy: pages are asked for as fast as they come. At last
one of them orders the largest files there are, 18 of 100 pages, for the memory that they take."""

import contextlib
import http.cookiejar
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

POSTERS, PLACES, TOPICS = 500, 125, ["fees", "filing", "preservation", "enforcement"]
CONNECTIONS = 16
PASSWORD = "correct horse"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Printer:
    """A browser that signs in and orders."""

    def __init__(self, url, name):
        self.url, self.job = url, None
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.browser = urllib.request.build_opener(jar, NoRedirect())
        self.send("/login", {"name": name, "password": PASSWORD}, of="/login")

    def get(self, path):
        return self.browser.open(self.url + path, timeout=60).read().decode(errors="replace")

    def send(self, path, fields, of):
        token = re.search(r'name="token" value="([0-9a-f]+)"', self.get(of)).group(1)
        pairs = [("token", token)]
        for name, value in fields.items():
            pairs += [(name, one) for one in (value if isinstance(value, list) else [value])]
        try:
            self.browser.open(self.url + path, urllib.parse.urlencode(pairs).encode(), timeout=60)
        except urllib.error.HTTPError as answer:
            assert answer.code == 303, (answer.code, answer.read().decode(errors="replace"))
            return answer.headers["location"]
        raise AssertionError(f"{path} answered without leading on")

    def order(self, **more):
        fields = {"do": "print", "layout": "a4-poster", "format": "zip", "topic": TOPICS} | more
        self.job = self.send("/print", fields, of="/print")

    def is_done(self):
        page = self.get(self.job)
        assert "没有印成" not in page, page
        return 'http-equiv="refresh"' not in page

    def keep_busy(self):
        if self.job is None or self.is_done():
            if self.job:
                self.cancel()
            self.order()

    def cancel(self):
        self.send(f"{self.job}/cancel", {}, of=self.job)
        self.job = None


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def measured(url, seconds, meanwhile):
    """(requests a second, p50, p99) of one guide; `meanwhile` is called while it is measured."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-H", "accept-encoding: br", url]
    wrk = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    while wrk.poll() is None:
        meanwhile()
        time.sleep(0.2)
    said = wrk.stdout.read()
    assert "Non-2xx" not in said and "Socket errors" not in said, said
    of = lambda what: milliseconds(re.search(rf"{what}%\s+(\S+)", said).group(1))
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1)), of(50), of(99)


def peak(pid):
    """How many megabytes a process has taken at most."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024


@contextlib.contextmanager
def service(binary, directory):
    site, store = directory / "site", f"sled:{directory}/data"
    subprocess.run([binary, "-q", "init", site], check=True)
    rows = "".join(f"{n},baoding,第{n}审判庭,hall,,\n" for n in range(1, PLACES + 1))
    (site / "guides/_facts/placements.csv").write_text("number,court,place,channel,since,retired\n" + rows)
    ours = [binary, "-q", "--root", site, "--store", store]
    for name in ["wang", "li"]:
        subprocess.run([*ours, "user", "add", name, "--role", "printer"], input=PASSWORD + "\n", text=True, check=True)
    serve = [*ours, "--base-url", "https://fy.example.cn", "serve", "--listen", "127.0.0.1:0"]
    child = subprocess.Popen(serve, stderr=subprocess.PIPE, text=True)
    try:
        for line in child.stderr:
            if found := re.search(r"http://127\.0\.0\.1:\d+$", line.strip()):
                break
        yield found.group(0), child.pid
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait()


def main():
    binary, rounds, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory() as directory, service(binary, pathlib.Path(directory)) as (url, pid):
        printers = [Printer(url, name) for name in ["wang", "li"]]
        guide = url + "/g/fees"
        measured(guide, 1, lambda: None)
        results = {"without": [], "with": []}
        for _ in range(rounds):
            results["without"].append(measured(guide, seconds, lambda: None))
            for printer in printers:
                printer.order()
            results["with"].append(measured(guide, seconds, lambda: [p.keep_busy() for p in printers]))
            for printer in printers:
                printer.cancel()
        usual = peak(pid)
        printers[0].order(place=["1", "2"], topic=[], copies="100")
        while not printers[0].is_done():
            time.sleep(0.5)
        large = peak(pid)
    print(f"{rounds} rounds of {seconds} s, {CONNECTIONS} connections, {os.cpu_count()} cores; medians\n")
    print("| /g/fees | pages/s | p50 | p99 |\n| --- | --- | --- | --- |")
    middle = {}
    for name, found in results.items():
        middle[name] = [statistics.median(column) for column in zip(*found)]
        rate, half, most = middle[name]
        print(f"| {name} two jobs of {POSTERS} posters | {rate:,.0f} | {half:.2f} ms | {most:.2f} ms |")
    ratios = [b / a for a, b in zip(middle["without"], middle["with"])]
    print(f"| ratio | {ratios[0]:.2f} | {ratios[1]:.2f} | {ratios[2]:.2f} |")
    print(f"\nThe service took at most {usual:.0f} MB; {large:.0f} MB with 18 files of 100 pages.")


main()
