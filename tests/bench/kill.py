"""Kills the service under load, again and again, and asks whether what it had acknowledged is still there.

    python3 tests/bench/kill.py [ROUNDS] [SEED]      100 rounds; the seed is printed, so that a run can be repeated

Each request has a code of its own (placement × topic), never asked for again; all rounds are on one store; SIGKILL
comes at a random moment. What was `kept` must be counted exactly once, what was `late` or not answered at most once;
the store must open each time, and raw scans must equal the counters. Exit 1 where any of that fails. Linux; needs
python3 and a binary: `cargo build`, or another one in $ONECODE. The store lies under $TMPDIR.
"""

import collections
import http.client
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

import hall

TOPICS = range(1, 6)
CLIENTS = 16
CODES_A_ROUND = 4000


class Load:
    """Phones that open codes, each once, until the service is gone."""

    def __init__(self, url, codes):
        self.host = url.removeprefix("http://")
        self.codes, self.lock, self.outcome = iter(codes), threading.Lock(), {}
        self.threads = [threading.Thread(target=self.scan) for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def scan(self):
        connection = http.client.HTTPConnection(self.host, timeout=30)
        while True:
            with self.lock:
                code = next(self.codes, None)
                if code is None:
                    return
                self.outcome[code] = "unanswered"
            try:
                connection.request("GET", f"/{hall.code(*code)}", headers={"User-Agent": "Mozilla/5.0 MicroMessenger/8"})
                answer = connection.getresponse()
                outcome = answer.getheader("Onecode-Scan")
                answer.read()
            except (OSError, http.client.HTTPException):
                return  # killed; that it was answered in part counts as not answered
            self.outcome[code] = outcome if answer.status == 200 else f"status {answer.status}"

    def end(self):
        for thread in self.threads:
            thread.join()


def counted(onecode, site, store):
    """Scans by placement and topic, from the counters, read without a service."""
    text = hall.run(
        onecode, "--root", site, "--store", f"sled:{store}", "stats", "--by", "placement,topic", "--format", "json"
    )
    numbers = {"fees": 1, "filing": 2, "preservation": 3, "enforcement": 4, "documents": 5}
    return {(int(row["placement"]), numbers[row["topic"]]): row["scans"] for row in json.loads(text)}


def recounted(onecode, site, store):
    """What `onecode verify` says: raw scans against counters; None where this version has no such command."""
    command = [onecode, "--root", site, "--store", f"sled:{store}", "verify"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if "unrecognized subcommand" in done.stdout:
        return None
    return "equal" if done.returncode == 0 else f"exit {done.returncode}: {done.stdout.strip()}"


def main(onecode, rounds, seed):
    chance = random.Random(seed)
    print(f"seed {seed}", file=sys.stderr, flush=True)
    faults, outcome, unopenable, took = [], {}, 0, []
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        site, store = directory / "site", directory / "data"
        placements = hall.make_site(onecode, site, 50, max(50, rounds * CODES_A_ROUND // len(TOPICS)))
        codes = [(placement, topic) for placement in placements for topic in TOPICS]
        chance.shuffle(codes)
        for number in range(rounds):
            began = time.monotonic()
            service = hall.Service(onecode, site, store)
            took.append(time.monotonic() - began)
            if any("damaged" in line for line in service.said):
                unopenable += 1
                faults.append(f"round {number}: {service.said}")
            load = Load(service.url, codes[number * CODES_A_ROUND : (number + 1) * CODES_A_ROUND])
            # From the first scans on to the thick of it; some rounds end before anything is kept.
            time.sleep(chance.uniform(0.0, 0.8))
            service.end("SIGKILL")
            load.end()
            outcome |= load.outcome
            if (number + 1) % 10 == 0:
                print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        counts = counted(onecode, site, store)
        raw = recounted(onecode, site, store)
    kinds = collections.Counter(outcome.values())
    lost = [code for code, kind in outcome.items() if kind == "kept" and counts.get(code, 0) < 1]
    doubled = [code for code, count in counts.items() if count > 1]
    dropped = [code for code, kind in outcome.items() if kind == "dropped" and counts.get(code, 0) > 0]
    unasked = [code for code in counts if code not in outcome]
    strange = {kind for kind in kinds if kind not in ("kept", "late", "dropped", "unanswered")}
    print("| rounds | requests | kept | late | dropped | unanswered | counted | lost | doubled | unopenable | raw = counters |")
    print("| ---: " * 10 + "| --- |")
    row = [rounds, len(outcome), *(kinds[k] for k in ("kept", "late", "dropped", "unanswered")), sum(counts.values())]
    row += [len(lost), len(doubled), unopenable]
    print("| " + " | ".join(f"{value:,}" for value in row) + f" | {raw or 'no such command'} |")
    print(f"\nSeed {seed}; the longest start took {max(took):.1f} s.")
    faults += [f"answered {kind}" for kind in strange]
    faults += [f"counted though {word}: {found[:5]}" for word, found in (("dropped", dropped), ("never asked", unasked)) if found]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if lost or doubled or unopenable or faults or raw not in (None, "equal") else 0


if __name__ == "__main__":
    arguments = [int(word) for word in sys.argv[1:]]
    program = pathlib.Path(os.environ.get("ONECODE", "target/debug/onecode")).resolve()
    sys.exit(main(program, *(arguments[:1] or [100]), *(arguments[1:] or [random.randrange(1 << 32)])))
