"""Makes a site of the whole country's size: the built-in guides and designs, with courts and places of its own.

    python3 tests/bench/country.py DIR [COURTS]      3,500 courts with two places each where nothing is said

It needs a binary: `cargo build --release`, or another one in $ONECODE. Six topics at each place of 3,500 courts are
42,000 posters, and one command prints them. README has its memory and its time:

    onecode --root DIR print --base-url https://fy.example.cn --out OUT --topic onecode --topic fees \\
        --topic filing --topic preservation --topic enforcement --topic documents
"""

import os
import pathlib
import sys

import hall

TOPICS = ["onecode", "fees", "filing", "preservation", "enforcement", "documents"]
PLACES = [("诉讼服务大厅", "hall"), ("24小时法院", "court24")]
DISTRICTS = ["东城", "西城", "南关", "北关", "新华", "桥西", "长安", "和平", "河东", "开发"]


def make(onecode, directory, courts):
    """The site in `directory`, which must not be there yet."""
    hall.run(onecode, "init", directory)
    facts = pathlib.Path(directory, "guides/_facts")
    with open(facts / "courts.toml", "w", encoding="utf-8") as file:
        for at in range(courts):
            name = f"第{at + 1}市{DISTRICTS[at % len(DISTRICTS)]}区人民法院"
            file.write(f'[[court]]\nid = "court{at + 1:04}"\nname = "{name}"\nlevel = "basic"\n')
            file.write('address = ""\nhours = ""\ntelephone = ""\n\n')
    with open(facts / "placements.csv", "w", encoding="utf-8") as file:
        file.write("number,court,place,channel,since,retired,note\n")
        number = 0
        for at in range(courts):
            for place, channel in PLACES:
                number += 1
                file.write(f"{number},court{at + 1:04},{place},{channel},,,\n")


def topics():
    """The options that choose the six topics."""
    return [word for topic in TOPICS for word in ("--topic", topic)]


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    make(os.environ.get("ONECODE", "target/release/onecode"), sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3500)
