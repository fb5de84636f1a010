#!/usr/bin/env python3
"""Records a session on the local cloud and draws it: docs/images/session.svg.

Runs the real program in this checkout, which has to be applied (`./dev up`) and clean. What a command writes is taken
line by line with its time; waiting is shortened. The page is edited for the second half of the session and put back
at its end, deployed state included. Needs nothing but Python's own library.

    python3 docs/images/record.py PROGRAM
"""

import html
import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs/images/session.svg"
PAGE = ROOT / "assets/track/index.html"
COLUMNS = 92

# What is typed, and what is changed by it beforehand.
FROM, TO = "On the way", "On its way"
SESSION = [
    "qdn-infra plan --detailed-exitcode",
    f"sed -i 's/{FROM}/{TO}/' assets/track/index.html",
    "qdn-infra plan",
    "qdn-infra apply",
]

COLORS = {
    "1": "font-weight:bold",
    "2": "fill:#8b949e",
    "31": "fill:#ff7b72",
    "32": "fill:#7ee787",
    "33": "fill:#e3b341",
    "35": "fill:#d2a8ff",
    "36": "fill:#79c0ff",
}
STEP, LONGEST, TYPING = 0.05, 0.6, 0.9  # seconds: between lines, of a pause, before a command


def run(command, program):
    """Lines of a command with the seconds at which each came. stdout is a terminal, stderr lines, as in a log."""
    main, worker = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    environment["PATH"] = f"{Path(program).resolve().parent}:{environment['PATH']}"
    began = time.monotonic()
    process = subprocess.Popen(
        ["bash", "-c", command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
        stdout=worker, stderr=subprocess.PIPE,
    )
    os.close(worker)
    lines, pending = [], {main: b"", process.stderr.fileno(): b""}
    while pending:
        for source in select.select(list(pending), [], [])[0]:
            try:
                read = os.read(source, 65536)
            except OSError:  # a terminal whose other side is closed
                read = b""
            parts = (pending[source] + read).split(b"\n")
            pending[source] = parts.pop()
            lines += [(time.monotonic() - began, part.decode().rstrip("\r")) for part in parts]
            if not read:
                del pending[source]
    code = process.wait()
    os.close(main)
    if code != 0:
        sys.exit(f"{command}: exit code {code}\n" + "\n".join(line for _, line in lines))
    return lines


def spans(line):
    """A line with escape sequences as SVG."""
    drawn, style = [], []
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        sequence = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if sequence is None:
            if part:
                css = ";".join(style)
                text = html.escape(part)
                drawn.append(f'<tspan style="{css}">{text}</tspan>' if css else text)
        elif sequence[1] in ("", "0"):
            style = []
        else:
            style += [COLORS[code] for code in sequence[1].split(";") if code in COLORS]
    return "".join(drawn)


def draw(lines):
    """The picture: each line appears at its time, and stays."""
    width, row = COLUMNS * 8.43 + 40, 19
    height = len(lines) * row + 70
    end = lines[-1][0]
    rows = []
    for number, (at, line, typed) in enumerate(lines):
        place = f'x="20" y="{58 + number * row}"'
        prompt = '<tspan style="fill:#7ee787">$ </tspan>' if typed else ""
        rows.append(f'<text {place} style="animation-delay:{at:.2f}s">{prompt}{spans(line)}</text>')
    body = "\n".join(rows)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}"
 role="img" aria-label="A session: plan, a change of the page, plan, apply ({end:.0f} seconds, shortened)">
<style>
text {{ font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #e6edf3; white-space: pre;
  opacity: 0; animation: appear 0.01s forwards }}
@keyframes appear {{ to {{ opacity: 1 }} }}
@media (prefers-reduced-motion: reduce) {{ text {{ opacity: 1; animation: none }} }}
</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<circle cx="22" cy="20" r="6" fill="#ff5f56"/><circle cx="42" cy="20" r="6" fill="#ffbd2e"/><circle cx="62" cy="20" r="6" fill="#27c93f"/>
{body}
</svg>
"""


def main():
    program = sys.argv[1]
    page = PAGE.read_text()
    if FROM not in page:
        sys.exit(f"{PAGE} does not say {FROM!r}")
    lines, now = [], 0.3
    try:
        for command in SESSION:
            lines.append((now, command, True))
            now += TYPING
            last = 0.0
            for at, line in run(command, program):
                now += min(max(at - last, STEP), LONGEST)
                last = at
                lines.append((now, line, False))
            lines.append((now, "", False))
            now += TYPING
    finally:
        PAGE.write_text(page)
        run("qdn-infra apply", program)
    PICTURE.write_text(draw(lines))


if __name__ == "__main__":
    main()
