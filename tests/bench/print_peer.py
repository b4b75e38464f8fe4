"""The peer of the print benchmark: what an administrator would write with segno and reportlab, in one process.

    python print_peer.py SITE COUNT OUT      prints COUNT A4 posters of a site that `country.py` made

The same page as the a4-poster: the same texts in the same font files at the same places, the symbol as vectors at level
Q, raised to H where that is free (segno's boost), one file a poster. It proves nothing, tags nothing, draws no icon and
makes no manifest. What can be done once is done once: fonts, texts and their widths' tables.
"""

import csv
import pathlib
import re
import sys
import tomllib

import segno
from reportlab.lib.colors import HexColor, white
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

import country
import hall

RED, INK, GREY = HexColor("#A61C1C"), HexColor("#1B1B1B"), HexColor("#4A4A4A")
REGULAR, BOLD = "regular", "bold"
HEIGHT, LEFT, WIDTH = 297, 15, 180
BOX_X, BOX_Y, BOX, FRAME = 17.5, 89, 107, 2.5
QUIET = 4


def size_of(text, font, room, most):
    """The largest size in millimetres, up to `most`, at which a line keeps within `room`."""
    return min(most, room / pdfmetrics.stringWidth(text, font, 1))


class Page:
    """A canvas measured in millimetres from the top left corner."""

    def __init__(self, path, title, author):
        self.canvas = Canvas(str(path), pagesize=(210 * mm, 297 * mm), invariant=1, pageCompression=1)
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)

    def bar(self, x, y, width, height, fill):
        self.canvas.setFillColor(fill)
        self.canvas.rect(x * mm, (HEIGHT - y - height) * mm, width * mm, height * mm, stroke=0, fill=1)

    def say(self, x, base, text, size, font=REGULAR, fill=INK, spread=0.0):
        self.canvas.setFillColor(fill)
        self.canvas.setFont(font, size * mm)
        self.canvas.drawString(x * mm, (HEIGHT - base) * mm, text, charSpace=spread * mm)

    def say_right(self, base, text, size, font=REGULAR, fill=INK):
        width = pdfmetrics.stringWidth(text, font, size)
        self.say(LEFT + WIDTH - width, base, text, size, font, fill)

    def symbol(self, url):
        """The symbol in its box: modules of whole printer dots, runs merged, one path."""
        matrix = segno.make_qr(url, error="q").matrix
        dot = 25.4 / 300
        across = len(matrix) + 2 * QUIET
        module = int(BOX / dot / across) * dot
        left = BOX_X + (BOX - module * across) / 2 + QUIET * module
        top = BOX_Y + (BOX - module * across) / 2 + QUIET * module
        path = self.canvas.beginPath()
        for row, line in enumerate(matrix):
            column = 0
            while column < len(line):
                run = 0
                while column + run < len(line) and line[column + run]:
                    run += 1
                if run:
                    y = HEIGHT - top - (row + 1) * module
                    path.rect((left + column * module) * mm, y * mm, run * module * mm, module * mm)
                column += run or 1
        self.canvas.setFillColorRGB(0, 0, 0)
        self.canvas.drawPath(path, stroke=0, fill=1)


def poster(path, court, place, channel, guide, words, code):
    page = Page(path, f"{guide['title']}｜{court}", court)
    brand = words["brand_home" if guide["number"] == 0 else "brand"]
    size = size_of(court, BOLD, 120, 7.2)
    page.say(LEFT, 18.4, court, size, BOLD)
    page.say_right(18.4, place, 5, fill=GREY)
    page.bar(LEFT, 21.6, WIDTH, 0.35, INK)
    page.bar(LEFT, 21.6, 36, 6.8, RED)
    size = size_of(brand, BOLD, 32, 4.3)
    page.say(LEFT + (36 - pdfmetrics.stringWidth(brand, BOLD, size)) / 2, 26.4, brand, size, BOLD, white)

    title = guide["title"]
    spread = 0.3 if len(title) <= 4 else 0.03
    size = min(37, WIDTH / (pdfmetrics.stringWidth(title, BOLD, 1) + spread * (len(title) - 1)))
    page.say(LEFT, 66.4, title, size, BOLD, spread=spread * size)
    page.say(LEFT, 80.4, guide["summary"], size_of(guide["summary"], REGULAR, WIDTH, 6.6))

    panel, end = BOX_Y - FRAME, BOX_Y + BOX + FRAME
    column = BOX_X + BOX + 6.5
    room = LEFT + WIDTH - 6.5 - column
    page.bar(LEFT, panel, WIDTH, BOX + 2 * FRAME, RED)
    page.bar(BOX_X, BOX_Y, BOX, BOX, white)
    page.symbol(f"https://fy.example.cn/{code}")
    for base, key, most, font in [(53, "scan", 12, BOLD), (65.6, "scan_then", 12, BOLD), (74.6, "any_app", 5.2, REGULAR)]:
        page.say(column, panel + base, words[key], size_of(words[key], font, room, most), font, white)
    page.bar(column, end - 26, room, 0.35, white)
    page.say(column, end - 18.6, words["code_label"], size_of(words["code_label"], REGULAR, room, 4.8), fill=white)
    natural = pdfmetrics.stringWidth(code, BOLD, 1)
    size = min(10.4, room / (natural + 0.1 * (len(code) - 1)))
    page.say(column, end - 7, code, size, BOLD, white, (room - natural * size) / (len(code) - 1))

    label = words["address_label"]
    page.say(LEFT, end + 8.2, label, 5, fill=GREY)
    indent = pdfmetrics.stringWidth(label, REGULAR, 5) + 3
    page.say(LEFT + indent, end + 8.2, f"fy.example.cn/{code}", 5.6, BOLD)

    steps = guide["steps"]
    square, most, pitch = [(11.6, 9, 18.6), (10, 8.2, 13.6), (8.2, 7.3, 10.8)][len(steps) - 3]
    size = min(size_of(step, REGULAR, WIDTH - square - 5, most) for step in steps)
    top = (213.6 + 265.2 - square - (len(steps) - 1) * pitch) / 2
    for at, step in enumerate(steps):
        y = top + at * pitch
        page.bar(LEFT, y, square, square, RED)
        number = str(at + 1)
        width = pdfmetrics.stringWidth(number, BOLD, 0.72 * square)
        page.say(LEFT + (square - width) / 2, y + 0.76 * square, number, 0.72 * square, BOLD, white)
        page.say(LEFT + square + 5, y + square / 2 + 0.38 * size, step, size)

    page.bar(LEFT, 269.6, WIDTH, 0.35, INK)
    edition = f"{words['edition_label']} {guide['reviewed']}"
    no_phone = words["no_phone_night" if channel == "court24" else "no_phone"]
    page.say(LEFT, 276.7, words["hotline_label"], 4.4, fill=GREY)
    page.say(LEFT, 285.6, "12368", 9, BOLD)
    page.say(LEFT + 47.4, 277.5, no_phone, size_of(no_phone, BOLD, WIDTH - 47.4, 5.2), BOLD)
    room = WIDTH - 47.4 - pdfmetrics.stringWidth(edition, REGULAR, 3.6) - 4
    page.say(LEFT + 47.4, 285.6, words["safety"], size_of(words["safety"], REGULAR, room, 5.2))
    page.say_right(285.6, edition, 3.6, fill=GREY)
    page.canvas.save()


def guide(site, topic):
    """A guide's front matter; periods of law stand in it by name, here by their usual length."""
    text = (site / f"guides/{topic}/zh-Hans.md").read_text(encoding="utf-8")
    front = tomllib.loads(text.split("+++")[1])
    front["steps"] = [re.sub(r"\[\]\([^)]*\)", "7日", step) for step in front["steps"]]
    return front


def main(site, count, out):
    site, out = pathlib.Path(site), pathlib.Path(out)
    for name, file in [(REGULAR, "NotoSansSC-Regular.ttf"), (BOLD, "NotoSansSC-Bold.ttf")]:
        pdfmetrics.registerFont(TTFont(name, site / "printables/fonts" / file))
    words = tomllib.loads((site / "printables/a4-poster/layout.toml").read_text(encoding="utf-8"))["words"]["zh-Hans"]
    courts = tomllib.loads((site / "guides/_facts/courts.toml").read_text(encoding="utf-8"))["court"]
    courts = {court["id"]: court["name"] for court in courts}
    guides = {topic: guide(site, topic) for topic in country.TOPICS}
    with open(site / "guides/_facts/placements.csv", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            (out / row["court"]).mkdir(parents=True, exist_ok=True)
            for topic, front in guides.items():
                if count == 0:
                    return
                count -= 1
                path = out / row["court"] / f"{row['number']}-{topic}-a4-poster.pdf"
                code = hall.code(int(row["number"]), front["number"])
                poster(path, courts[row["court"]], row["place"], row["channel"], front, words, code)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
