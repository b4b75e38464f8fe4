"""What the benchmark and the kill test share: a site with as many codes as are asked for, and the service."""

import contextlib
import os
import pathlib
import subprocess
import time
import urllib.request

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PLACES = ["诉讼服务大厅", "24小时法院", "诉讼服务中心", "立案窗口", "缴费窗口", "第一法庭", "自助终端", "便民服务站"]
CHANNELS = ["hall", "court24", "center", "hall", "hall", "center", "hall", "staff"]


def code(placement, topic):
    """The code of a placement and a topic, as README has it; computed apart from the program on purpose."""
    number = placement * 128 + topic
    values = [2] + [number >> shift & 31 for shift in (20, 15, 10, 5, 0)]
    check = 0
    for at, value in enumerate(values):
        for _ in range(at + 1):  # times alpha in GF(32), x^5 + x^2 + 1
            value = value << 1 ^ (0b100101 if value & 16 else 0)
        check ^= value
    return "".join(ALPHABET[value] for value in [*values, check])


assert [code(1, 0), code(25, 3), code(262143, 127)] == ["200040G", "200343V", "2ZZZZZ6"]


def make_site(onecode, directory, courts, placements):
    """The built-in site with `placements` spots in `courts` courts, beside those that it has; their numbers."""
    run(onecode, "init", directory)
    facts = pathlib.Path(directory, "guides/_facts")
    with open(facts / "courts.toml", "a", encoding="utf-8") as file:
        for at in range(courts):
            file.write(f'\n[[court]]\nid = "bench{at}"\nname = "第{at}号人民法院"\nlevel = "basic"\n')
            file.write('address = ""\nhours = ""\ntelephone = ""\n')
    first = len((facts / "placements.csv").read_text(encoding="utf-8-sig").splitlines())
    table = pathlib.Path(directory, "import.csv")
    with open(table, "w", encoding="utf-8") as file:
        file.write("number,court,place,channel,since,retired\n")
        for at in range(placements):
            kind = at // courts % len(PLACES)
            place = PLACES[kind] + (str(at // courts // len(PLACES)) if at // courts >= len(PLACES) else "")
            file.write(f"{first + at},bench{at % courts},{place},{CHANNELS[kind]},,\n")
    run(onecode, "--root", directory, "placement", "import", table)
    table.unlink()
    return range(first, first + placements)


def run(*command, **options):
    """Runs a command to its end and returns what it printed; says what failed where it does."""
    done = subprocess.run(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, **options
    )
    if done.returncode != 0:
        raise SystemExit(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Service:
    """`onecode serve` on a port of its own; `said` is what it told before it served."""

    def __init__(self, onecode, site, store, *more, before=(), url=None, listen="127.0.0.1:0"):
        env = {name: value for name, value in os.environ.items() if not name.startswith(("ONECODE_", "LC_", "LANG"))}
        command = [*before, onecode, "--root", site, "--store", url or f"sled:{store}", "serve", "--listen", listen, *more]
        self.process = subprocess.Popen([str(word) for word in command], stderr=subprocess.PIPE, text=True, env=env)
        self.said, self.url = [], None
        for line in self.process.stderr:
            self.said.append(line.strip())
            if "serving http://" in line:
                self.url = line.split("serving ")[1].strip()
                break
        if self.url is None:
            raise SystemExit("the service did not start:\n" + "\n".join(self.said))

    def get(self, path, **headers):
        request = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.headers, answer.read()

    def warmed(self):
        """Waits until the pages that scans open first are rendered: the thread that does it has ended."""
        while any(comm.read_text().strip() == "warm" for comm in pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/comm")):
            time.sleep(0.2)

    def outcomes(self):
        """How many scans it says it kept, answered late, dropped, once that no longer changes."""
        last = None
        while True:
            lines = [line for line in self.get("/readyz")[1].decode().splitlines() if line.startswith("scans ")]
            if lines == last:
                counts = dict(line.removeprefix("scans ").rsplit(" ", 1) for line in lines)
                return {name: int(count) for name, count in counts.items()}
            last = lines
            # Longer than a sync takes: what is under way must not be taken for the end.
            time.sleep(0.05)

    def end(self, with_signal="SIGTERM"):
        import signal

        self.process.send_signal(getattr(signal, with_signal))
        with contextlib.suppress(ValueError):
            self.process.communicate(timeout=60)
