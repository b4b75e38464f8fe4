"""The reading that `decoders.sh` starts: prints one Markdown table."""

import collections
import csv
import pathlib
import subprocess
import sys
import tomllib

import cv2

PRINTABLES = pathlib.Path("printables")
HOST = "https://fy.example.cn"
WORDINGS = ["zh-Hans", "en", "zh-Hans+en"]


def box(layout, row):
    """The square kept for a row's symbol, in millimetres: left, top, side."""
    symbols = layout["symbol"] if isinstance(layout["symbol"], list) else [layout["symbol"]]
    slot = int(row["slot"]) - 1
    if "sheet" in layout:
        sheet, symbol = layout["sheet"], symbols[0]
        x = sheet["left_mm"] + slot % sheet["columns"] * sheet["pitch_x_mm"]
        y = sheet["top_mm"] + slot // sheet["columns"] * sheet["pitch_y_mm"]
        return x + symbol["x_mm"], y + symbol["y_mm"], symbol["box_mm"]
    symbol = symbols[slot]
    return symbol["x_mm"], symbol["y_mm"], symbol["box_mm"]


def resolution(layout):
    """Dots per inch at which a symbol's square is some 600 pixels wide, as a camera has it: at most 300."""
    symbols = layout["symbol"] if isinstance(layout["symbol"], list) else [layout["symbol"]]
    return min(300, round(600 / symbols[0]["box_mm"] * 25.4))


def zbar(picture):
    done = subprocess.run(["zbarimg", "-q", "--raw", picture], capture_output=True, text=True)
    return done.stdout.strip()


def main(onecode, work):
    layouts = {p.parent.name: tomllib.loads(p.read_text()) for p in sorted(PRINTABLES.glob("*/layout.toml"))}
    out = work / "out"
    args = [onecode, "-q", "print", "--base-url", HOST, "--out", out, "--court", "jingxiu"]
    for name in layouts:
        args += ["--layout", name]
    for wording in WORDINGS:
        args += ["--lang", wording]
    subprocess.run(args, check=True)
    rows = list(csv.DictReader(open(out / "manifest.csv", encoding="utf-8")))
    detector = cv2.QRCodeDetector()
    read = collections.defaultdict(lambda: [0, 0, 0])
    pages = {}
    for row in rows:
        key, dpi = (row["file"], row["page"]), resolution(layouts[row["layout"]])
        if key not in pages:
            pages.clear()
            stem = work / "page"
            subprocess.run(
                ["pdftoppm", "-r", str(dpi), "-f", row["page"], "-l", row["page"], "-singlefile", "-gray",
                 out / row["file"], stem], check=True)
            pages[key] = cv2.imread(str(stem) + ".pgm", cv2.IMREAD_GRAYSCALE)
        left, top, side = (int(round(mm * dpi / 25.4)) for mm in box(layouts[row["layout"]], row))
        crop = pages[key][top : top + side, left : left + side]
        cv2.imwrite(str(work / "crop.png"), crop)
        counts = read[row["layout"], row["language"]]
        counts[0] += 1
        counts[1] += zbar(work / "crop.png") == row["url"]
        counts[2] += detector.detectAndDecode(crop)[0] == row["url"]
    print(f"| layout | language | dpi | symbols | read by zbar | read by OpenCV {cv2.__version__} |")
    print("| --- | --- | --- | --- | --- | --- |")
    for (name, wording), (symbols, by_zbar, by_cv) in sorted(read.items()):
        print(f"| {name} | {wording} | {resolution(layouts[name])} | {symbols} | {by_zbar} | {by_cv} |")
    printed = [(name, wording) for name in layouts for wording in WORDINGS]
    missed = [" ".join(key) for key in printed if key not in read or set(read[key]) != {read[key][0]}]
    if missed:
        raise SystemExit(f"not all read: {', '.join(missed)}")


main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]))
