"""What a report costs: seconds, pages, megabytes and peak memory, beside Chromium on the same HTML.

    python -m tests.benchmarks.report report.json

`report.json` is the data attached to any issued report. Each side runs in a process of its own, so
that neither's memory counts for the other. Chromium's memory is the largest sum of proportional
set sizes over all of its processes, sampled twenty times a second, and its processor time the sum
of what each of them had used when it was last seen; ours is the peak of the one process. Chromium
writes neither contents with page numbers nor PDF/A, so it does less.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf

TICKS = os.sysconf("SC_CLK_TCK")
DRAW = """
import json, resource, sys, time
import django
django.setup()
from rubrics.reports.pdf import report_sheet
from rubrics.reports.printing import print_sheet
import weasyprint
sheet = report_sheet(json.loads(open(sys.argv[1]).read()))
began, spent = time.monotonic(), time.process_time()
made = print_sheet(sheet)
print(json.dumps({
    "seconds": time.monotonic() - began, "cpu": time.process_time() - spent, "pages": made.pages,
    "bytes": len(made.pdf), "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
"""


def main(path: Path) -> None:
    """Prints one line for each side."""
    run = subprocess.run(
        [sys.executable, "-c", DRAW, str(path)], capture_output=True, text=True, check=True
    )
    sys.stdout.write(f"WeasyPrint {run.stdout.strip().splitlines()[-1]}\n")
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(f"Chromium   {_chromium(_html_of(path), Path(folder))}\n")


def _html_of(path: Path) -> str:
    """The same document for a browser: style within, the logo as data."""
    import django

    django.setup()
    from rubrics.reports.pdf import report_sheet

    sheet = report_sheet(json.loads(path.read_text()))
    html = sheet.html.replace("</head>", f"<style>{sheet.style}</style></head>")
    for name, picture in sheet.pictures.items():
        data = base64.b64encode(picture).decode()
        html = html.replace(f"proofroom:{name}", f"data:image/png;base64,{data}")
    return html


def _chromium(html: str, folder: Path) -> dict[str, float]:
    page, pdf = folder / "report.html", folder / "report.pdf"
    page.write_text(html)
    began, peak, spent = time.monotonic(), 0, dict[str, float]()
    browser = subprocess.Popen(
        ["/usr/bin/chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
         "--no-pdf-header-footer", f"--user-data-dir={folder / 'profile'}",
         f"--print-to-pdf={pdf}", page.as_uri()],
        start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while browser.poll() is None:
        seen = list(_use(browser.pid))
        peak = max(peak, sum(memory for _, memory, _ in seen))
        spent |= {process: seconds for process, _, seconds in seen}
        time.sleep(0.05)
    with pikepdf.open(pdf) as document:
        pages = len(document.pages)
    return {
        "seconds": time.monotonic() - began, "cpu": sum(spent.values()), "pages": pages,
        "bytes": pdf.stat().st_size, "peak": peak,
    }  # fmt: skip


def _use(group: int) -> Iterator[tuple[str, int, float]]:
    """Of each process of the group: proportional set size in bytes, and processor seconds."""
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and os.getpgid(int(process.name)) == group:
                rollup = (process / "smaps_rollup").read_text().splitlines()
                memory = next(int(x.split()[1]) * 1024 for x in rollup if x.startswith("Pss:"))
                times = (process / "stat").read_text().rpartition(")")[2].split()[11:13]
                yield process.name, memory, sum(map(int, times)) / TICKS
        except (OSError, StopIteration):
            continue


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "diligence.config.settings")
    main(Path(sys.argv[1]))
