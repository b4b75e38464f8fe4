"""The measuring that `documents.sh` starts: prints one Markdown table.

The peer's template is our own filled-in DOCX with a variable in the place of each text that the
blank form does not have, so that both write the same paragraphs and tables in the same looks; it has no loop and no
condition to work out. That it says the same, paragraph by paragraph, is checked. As its manual has
it, the peer opens its template for each document. Rounds alternate, so that a machine that slows down slows both.
Both run on one thread of one process; starting it is not counted. $BENCH_BEFORE and $BENCH_AFTER, where they are set,
are shell commands that run before and after each measurement: on a shared machine, to keep others quiet meanwhile.
"""

import io
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import docx
import docxtpl

OURS = {"docx": 2000, "pdf": 40}
THEIRS = 60


def ours(slug, answers, kind, count, out):
    """Seconds a document, and the bytes of the last."""
    command = ["cargo", "bench", "-q", "--bench", "documents", "--", slug, answers, kind, str(count), out]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    took = json.loads(ran.stdout.strip().splitlines()[-1])
    return took["seconds"] / count, took["bytes"]


def texts(node):
    """Every w:t below `node`."""
    return node.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t")


def paragraphs(path_or_file):
    """The text of each paragraph, those of tables in their places."""
    body = docx.Document(path_or_file).element.body
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"
    return ["".join(t.text or "" for t in texts(p)) for p in body.iter(name)]


def template(filled, blank, out):
    """Our filled-in document as a template: what the blank form does not say becomes a variable."""
    fixed = {t.text for t in texts(docx.Document(blank).element.body)}
    document = docx.Document(filled)
    values = {}
    for t in texts(document.element.body):
        if t.text and t.text not in fixed and t.text != "☑":
            values[f"v{len(values)}"] = t.text
            t.text = "{{ v%d }}" % (len(values) - 1)
    document.save(out)
    return values


def theirs(path, values):
    """Seconds a document, and the bytes of the last."""
    began = time.perf_counter()
    for _ in range(THEIRS):
        document = docxtpl.DocxTemplate(path)
        document.render(values, autoescape=True)
        file = io.BytesIO()
        document.save(file)
    return (time.perf_counter() - began) / THEIRS, file


def main(rounds, slug):
    answers = f"tests/documents/{slug}.json"
    with tempfile.TemporaryDirectory(prefix="onecode-documents-") as directory:
        place = lambda name: str(pathlib.Path(directory, name))
        ours(slug, answers, "docx", 1, place("filled.docx"))
        ours(slug, "-", "docx", 1, place("blank.docx"))
        values = template(place("filled.docx"), place("blank.docx"), place("template.docx"))
        found = {"onecode, DOCX": [], "docxtpl, DOCX": [], "onecode, PDF": []}
        for _ in range(rounds):
            for name in found:
                subprocess.run(os.environ.get("BENCH_BEFORE", ""), shell=True, check=False)
                if name == "docxtpl, DOCX":
                    seconds, file = theirs(place("template.docx"), values)
                    size = len(file.getvalue())
                else:
                    kind = name[-4:].strip().lower()
                    seconds, size = ours(slug, answers, kind, OURS[kind], place(f"filled.{kind}"))
                subprocess.run(os.environ.get("BENCH_AFTER", ""), shell=True, check=False)
                found[name].append((seconds, size))
        if paragraphs(file) != paragraphs(place("filled.docx")):
            raise SystemExit("the peer does not say the same")
    print(f"{slug}, {rounds} rounds, median (slowest to fastest); {platform.machine()}, {os.cpu_count()} processors\n")
    print("| | documents a second | bytes |\n| --- | ---: | ---: |")
    middle = {name: statistics.median(1 / seconds for seconds, _ in runs) for name, runs in found.items()}
    for name, runs in found.items():
        speeds = [1 / seconds for seconds, _ in runs]
        print(f"| {name} | {middle[name]:,.0f} ({min(speeds):,.0f} to {max(speeds):,.0f}) | {runs[-1][1]:,} |")
    print(f"\nDOCX: {middle['onecode, DOCX'] / middle['docxtpl, DOCX']:.1f} times docxtpl's documents a second.")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
