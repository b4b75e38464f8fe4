"""The measuring that `print.sh` starts: prints one Markdown table.

Rounds alternate between all contestants, so that a machine that slows down slows all of them. A contestant is a whole
process with its start; memory is the largest resident set. The shell commands in $BENCH_BEFORE and $BENCH_AFTER, where
they are set, run before and after each measurement: on a shared machine, to keep others quiet meanwhile.
"""

import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import country

HERE = pathlib.Path(__file__).parent


def timed(command, out):
    """Seconds, largest resident set in MB, and bytes of the posters that `command`, which takes its directory last,
    printed into `out`.

    Nothing is removed before, and what the last one wrote is on the disk: ext4 is slow to make files where many
    have just been removed, and who makes most files a second would pay most for it."""
    out.mkdir(parents=True)
    os.sync()
    subprocess.run(os.environ.get("BENCH_BEFORE", ""), shell=True, check=False)
    start = time.monotonic()
    process = subprocess.Popen([str(word) for word in [*command, out]], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    subprocess.run(os.environ.get("BENCH_AFTER", ""), shell=True, check=False)
    if status != 0:
        raise SystemExit(f"{command}: status {status}")
    posters = [path.stat().st_size for path in out.glob("*/*-a4-poster.pdf")]
    return seconds, used.ru_maxrss / 1024, posters


def main(onecode, python, rounds, count):
    courts = -(-count // (2 * len(country.TOPICS)))
    count = courts * 2 * len(country.TOPICS)
    with tempfile.TemporaryDirectory(prefix="onecode-print-") as directory:
        site, out = pathlib.Path(directory, "site"), pathlib.Path(directory, "out")
        country.make(onecode, site, courts)
        ours = [onecode, "--root", site, "-q", "print", "--base-url", "https://fy.example.cn"]
        whole = [*ours, *country.topics()]
        contestants = {
            "onecode, 2 threads, each proven": [*whole, "--threads", "2", "--no-index", "--out"],
            "onecode, 2 threads, each proven, contact sheets": [*whole, "--threads", "2", "--out"],
            "onecode, 1 thread, each proven": [*whole, "--threads", "1", "--no-index", "--out"],
            "segno + reportlab, 1 process, nothing proven": [python, HERE / "print_peer.py", site, count],
        }
        found = {name: [] for name in contestants}
        one = [*ours, "--placement", "1", "--topic", "fees", "--no-index", "--out"]
        cold = []
        for at in range(rounds):
            for number, (name, command) in enumerate(contestants.items()):
                result = timed(command, out / f"{at}-{number}")
                if len(result[2]) != count:
                    raise SystemExit(f"{name}: {len(result[2])} posters instead of {count}")
                found[name].append(result)
                print(f"round {at + 1}: {name}: {count / result[0]:.1f}/s", file=sys.stderr)
            cold += [timed(one, out / f"{at}-one-{again}")[0] for again in range(5)]
        report(found, cold, count, rounds)


def report(found, cold, count, rounds):
    rate = {name: statistics.median(count / result[0] for result in results) for name, results in found.items()}
    peer = list(rate.values())[-1]
    print(f"{count:,} A4 posters a round, median of {rounds} alternating rounds; {os.cpu_count()} cores, {platform.machine()}.\n")
    print("| | posters/s | per core | against the script | bytes each | memory |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, results in found.items():
        threads = 2 if "2 threads" in name else 1
        sizes = statistics.mean(size for result in results for size in result[2])
        memory = max(result[1] for result in results)
        print(
            f"| {name} | {rate[name]:.0f} | {rate[name] / threads:.0f} | {rate[name] / peer:.1f} × "
            f"| {sizes / 1000:.0f} kB | {memory:.0f} MB |"
        )
    print(f"\nOne poster from a cold start: {statistics.median(cold):.2f} s (median of {len(cold)}).")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
