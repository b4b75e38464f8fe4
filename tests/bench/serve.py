"""The measuring that `serve.sh` starts: prints two Markdown tables, with cores kept apart and without."""

import contextlib
import os
import pathlib
import platform
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import hall

HERE = pathlib.Path(__file__).parent
COURTS, PLACEMENTS = 25, 200
CONNECTIONS = [64, 256]

# Where server and client share cores, the client takes a good part of them, and once the server is the
# faster of the two it is the client that is measured. So each server in turn has one half of the cores,
# and the client has the other; how it goes without that is measured too, for as many rounds.
CORES = sorted(os.sched_getaffinity(0))
HALVES = (CORES[: len(CORES) // 2], CORES[len(CORES) // 2 :])
APART = [True, False] if len(CORES) > 1 else [False]
AGENT = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0.47"

# As Debian's nginx.conf has it, where that has to do with speed; the log is Debian's default too: one
# line a request, not buffered, not synced. The page is a file that holds the very bytes which the
# service sends, compressed ahead, with the same headers; so nginx compresses nothing either. Where it has
# a file for each code, these are the pages that the codes open: as many bytes are read from memory then.
NGINX = """
user {user};
worker_processes auto;
daemon off;
pid {dir}/nginx.pid;
error_log {dir}/error.log;
events {{ worker_connections 768; }}
http {{
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    default_type application/octet-stream;
    types {{ text/html html; }}
    charset utf-8;
    access_log {log};
    client_body_temp_path {dir}; proxy_temp_path {dir}; fastcgi_temp_path {dir};
    uwsgi_temp_path {dir}; scgi_temp_path {dir};
    server {{
        listen 127.0.0.1:{port};
        root {dir}/www;
{headers}
    }}
}}
"""
SAME_HEADERS = [
    "content-encoding", "content-security-policy", "cache-control", "vary", "x-content-type-options", "referrer-policy",
]


class Nginx:
    """Debian's nginx, serving one page as a file."""

    def __init__(self, directory, headers, body, log):
        (directory / "www").mkdir(parents=True)
        (directory / "www/page.html").write_bytes(body)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        lines = [f"        add_header {n} {quoted(headers[n])};" for n in SAME_HEADERS if headers[n]]
        user = __import__("pwd").getpwuid(os.getuid()).pw_name
        conf = directory / "nginx.conf"
        conf.write_text(NGINX.format(dir=directory, user=user, log=log, port=port, headers="\n".join(lines)))
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(["nginx", "-c", conf], stderr=subprocess.DEVNULL)
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                return
            time.sleep(0.05)
        raise SystemExit(f"nginx did not start: see {directory}/error.log")

    def end(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()


def cpu(process):
    """Seconds of processor that a process and its children used so far."""
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    ticks = 0
    for pid in [process.pid, *children]:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def pin(process, cores):
    """Keeps every thread of a process, and of its children, to these cores."""
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for pid in [process.pid, *children]:
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(ProcessLookupError):  # it may end meanwhile
                os.sched_setaffinity(int(task.name), cores)


def quoted(value):
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Row:
    """One thing that is measured: where, which paths, and what came out each time."""

    def __init__(self, name, process, url, paths, directory, service=None):
        self.name, self.process, self.url, self.service, self.late = name, process, url, service, 0
        self.file = directory / (re.sub(r"\W+", "-", name) + ".paths")
        self.file.write_text("\n".join(paths) + "\n")
        self.runs = {(apart, connections): [] for apart in APART for connections in CONNECTIONS}

    def measure(self, apart, connections, seconds, pause=None):
        server, client = HALVES if apart else (CORES, CORES)
        pin(self.process, server)
        environment = {**os.environ, "PATHS": str(self.file), "AGENT": AGENT}
        if pause:
            environment["PAUSE"] = str(pause)
        before = self.service.outcomes() if self.service else None
        used = cpu(self.process)
        out = hall.run(
            "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", HERE / "requests.lua", self.url,
            env=environment, preexec_fn=lambda: os.sched_setaffinity(0, client),
        )
        used = cpu(self.process) - used
        requests, micros, p50, p99, faults = map(int, re.search(r"^figures (.*)", out, re.M)[1].split())
        if faults:
            raise SystemExit(f"{self.name}: {faults} answers were no success\n{out}")
        if before:
            after = self.service.outcomes()
            kept, late, dropped = (after[name] - before[name] for name in ("kept", "late", "dropped"))
            # wrk leaves with up to one request a connection under way: kept, but not counted by it.
            if dropped or not requests <= kept + late <= requests + connections:
                raise SystemExit(f"{self.name}: {requests} answers, {kept} kept, {late} late, {dropped} dropped")
            self.late += late
            requests -= min(late, requests)  # answered, but not known to be on the disk: no durable scan
        figures = requests / micros * 1e6, p50 / 1e3, p99 / 1e3, used / max(requests, 1) * 1e6
        if pause is None:
            self.runs[apart, connections].append(figures)
        return figures

    def median(self, apart, connections):
        return [statistics.median(column) for column in zip(*self.runs[apart, connections])]


def fdatasync(directory, seconds=2.0):
    """p50 and p99, in milliseconds, of writing a block of 4 KB over itself and syncing it."""
    path = directory / "fdatasync"
    with open(path, "wb") as file:
        file.write(bytes(1 << 20))
        os.fsync(file.fileno())
    times, end = [], time.monotonic() + seconds
    file = os.open(path, os.O_WRONLY)
    while time.monotonic() < end:
        start = time.perf_counter()
        os.pwrite(file, os.urandom(4096), 0)
        os.fdatasync(file)
        times.append(time.perf_counter() - start)
    os.close(file)
    path.unlink()
    times.sort()
    return [times[int(len(times) * share)] * 1e3 for share in (0.5, 0.99)]


def group_commit(directory, a_second, seconds):
    """Two p99, in milliseconds, where scans come at random, so many a second, and nothing is done but to write
    and sync what has gathered as soon as the last sync has ended. First, of those syncs: a disk, and a core,
    that is let rest between two is slower than one that never is. Second, of how long the scans wait: what no
    group commit can be below on this disk. Of the disk's slow moments more scans see something than of its
    quick ones, and whoever comes during a sync waits for the rest of it and then for one of their own."""
    path, syncs, waits = directory / "commits", [], []
    with open(path, "wb") as file:
        file.write(bytes(1 << 20))
        os.fsync(file.fileno())
    file, at = os.open(path, os.O_WRONLY), 0
    due = time.perf_counter()
    end = due + seconds
    while due < end:
        time.sleep(max(0, due - time.perf_counter()))
        now, gathered = time.perf_counter(), []
        while due <= now:
            gathered.append(due)
            due += random.expovariate(a_second)
        start = time.perf_counter()
        os.pwrite(file, bytes(8 * len(gathered)), at % (1 << 19))
        os.fdatasync(file)
        done = time.perf_counter()
        syncs.append(done - start)
        waits.extend(done - came for came in gathered)
        at += 8 * len(gathered)
    os.close(file)
    path.unlink()
    return [sorted(times)[int(len(times) * 0.99)] * 1e3 for times in (syncs, waits)]


def elsewhere(call, cores):
    """The two numbers that a function of these gives in a process of its own on `cores`."""
    out = subprocess.run(
        [sys.executable, "-c", f"import serve, pathlib; print(*serve.{call})"], cwd=HERE, stdout=subprocess.PIPE, text=True,
        check=True, preexec_fn=lambda: os.sched_setaffinity(0, cores),
    ).stdout
    return map(float, out.split())


def syncs(row, directory):
    """Syncs and commits within two seconds of load: strace counts the one, the writer's batches the other."""
    trace = directory / "strace"
    tracer = subprocess.Popen(
        ["strace", "-f", "-qq", "-e", "trace=fdatasync,fsync,sync_file_range,msync", "-o", trace,
         "-p", str(row.service.process.pid)], stderr=subprocess.DEVNULL,
    )
    time.sleep(0.5)
    before = row.service.outcomes()["kept"]
    row.measure(False, 64, 2)
    kept = row.service.outcomes()["kept"] - before
    row.runs[False, 64].pop()
    tracer.terminate()
    tracer.wait()
    # A call that another thread interrupts stands on two lines, "unfinished" and "resumed".
    calls = [line.split()[1].split("(")[0] for line in trace.read_text().splitlines() if "resumed" not in line and "(" in line]
    return kept, {name: calls.count(name) for name in sorted(set(calls))}


class Wait:
    """How long scans wait at a load; and, in turn with it on the same core, how long the disk's own sync takes, one
    after the other and at the pace of the scans, and how long the barest group commit would have them wait."""

    def __init__(self, a_second, connections):
        self.a_second, self.connections = a_second, connections
        self.pause = a_second and connections / a_second * 1e3
        self.runs = []

    def measure(self, row, nginx, directory, seconds):
        apart = len(CORES) > 1
        cores, here = HALVES[0] if apart else CORES, f"pathlib.Path({str(directory)!r})"
        _, sync = elsewhere(f"fdatasync({here}, {seconds})", cores)
        rate, p50, p99, _ = row.measure(apart, self.connections, seconds, self.pause or 0)
        paced, least = elsewhere(f"group_commit({here}, {rate}, {seconds})", cores)
        _, _, other, _ = nginx.measure(apart, self.connections, seconds, self.pause or 0)
        self.runs.append((rate, p50, p99, sync, p99 / sync, paced, p99 / paced, least, p99 / least, other))

    def median(self):
        return [statistics.median(column) for column in zip(*self.runs)]


def main(onecode, rounds, seconds):
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        site = directory / "site"
        placements = hall.make_site(onecode, site, COURTS, PLACEMENTS)
        codes = ["/" + hall.code(number, 1) for number in placements]
        service = hall.Service(onecode, site, directory / "data")
        # Rendered and compressed on first use.
        phone = {"Accept-Encoding": "gzip", "User-Agent": AGENT}
        pages = {path: service.get(path, **phone)[1] for path in codes}
        service.warmed()
        headers, body = service.get("/g/fees", **phone)
        assert headers["content-encoding"] == "gzip"
        logged = Nginx(directory / "logged", headers, body, directory / "logged/access.log")
        for path, page in pages.items():
            (directory / f"logged/www{path}.html").write_bytes(page)
        files = [f"{path}.html" for path in codes]
        silent = Nginx(directory / "silent", headers, body, "off")
        rows = [
            Row("nginx, file, access log", logged.process, logged.url, ["/page.html"], directory),
            Row(f"nginx, {PLACEMENTS} files, access log", logged.process, logged.url, files, directory),
            Row(f"onecode, durable scans, {PLACEMENTS} codes", service.process, service.url, codes, directory, service),
            Row("onecode, durable scans, one code", service.process, service.url, codes[:1], directory, service),
            Row("onecode, guide page", service.process, service.url, ["/g/fees"], directory),
            Row("nginx, file, no log", silent.process, silent.url, ["/page.html"], directory),
        ]
        disk = []
        waits = [Wait(500, 64), Wait(2000, 64), Wait(8000, 64), Wait(None, 64), Wait(None, 256)]
        try:
            for number in range(rounds):
                for apart in APART:
                    for connections in CONNECTIONS:
                        disk.append(fdatasync(directory))
                        for row in rows:
                            row.measure(apart, connections, seconds)
                for wait in waits:
                    wait.measure(rows[2], rows[0], directory, seconds)
                print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
            kept, calls = syncs(rows[2], directory)
        finally:
            logged.end(), silent.end(), service.end()
        report(onecode, rounds, seconds, rows, disk, len(body), kept, calls)
        waiting(waits)


def waiting(waits):
    print("\nHow long a scan waits for the disk, medians, each in turn on the server's core:\n")
    print(
        "| connections | asked for a second | answered | p50 ms | p99 ms | fdatasync p99, one after the other | ratio "
        "| at that pace | ratio | p99 of a bare group commit | ratio | nginx p99 ms |"
    )
    print("|" + " ---: |" * 12)
    for wait in waits:
        rate, p50, p99, sync, ratio, paced, slower, least, times, other = wait.median()
        asked = f"{wait.a_second:,}" if wait.a_second else "all it can"
        print(
            f"| {wait.connections} | {asked} | {rate:,.0f} | {p50:.2f} | {p99:.2f} | {sync:.2f} | {ratio:.1f} "
            f"| {paced:.2f} | {slower:.1f} | {least:.2f} | {times:.1f} | {other:.2f} |"
        )


def report(onecode, rounds, seconds, rows, disk, size, kept, calls):
    version = hall.run(onecode, "--version").strip()
    debian = subprocess.run(["nginx", "-v"], stderr=subprocess.PIPE, text=True, check=True).stderr.split("/")[1].strip()
    p50, p99 = (statistics.median(column) for column in zip(*disk))
    print(
        f"{time.strftime('%Y-%m-%d')}, {version} and nginx {debian} on {os.cpu_count()} cores "
        f"({platform.machine()}, load {os.getloadavg()[1]:.1f}), client on the same machine; a page of {size} bytes; "
        f"median (lowest to highest) of {rounds} rounds of {seconds} s, in turn.\n"
        f"The disk's own fdatasync: p50 {p50:.2f} ms, p99 {p99:.2f} ms.\n"
    )
    for apart in APART:
        table(rows, apart, p99)
    shown = ", ".join(f"{count} {name}" for name, count in calls.items())
    late = sum(row.late for row in rows)
    print(f"Answered late, so not counted as durable: {late} in all.", end=" ")
    print(f"Under strace, two seconds, 64 connections: {kept} scans kept; {shown}.")


def table(rows, apart, disk_p99):
    if apart:
        server, client = (",".join(map(str, half)) for half in HALVES)
        print(f"Server on core {server}, client on core {client}:\n")
    else:
        print("Server and client wherever the system puts them, so that they take cores from each other:\n")
    print("| connections | what | a second | × nginx with log | p50 ms | p99 ms | p99 ÷ disk's | server's CPU µs each |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for connections in CONNECTIONS:
        base = rows[0].median(apart, connections)[0]
        for row in rows:
            rate, middle, last, used = row.median(apart, connections)
            all_rates = [run[0] for run in row.runs[apart, connections]]
            share = f"{last / disk_p99:.1f}" if row.service else ""
            print(
                f"| {connections} | {row.name} | {rate:,.0f} ({min(all_rates):,.0f} to {max(all_rates):,.0f}) "
                f"| {rate / base:.2f} | {middle:.1f} | {last:.1f} | {share} | {used:.0f} |"
            )
    print()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]), int(sys.argv[3]))
