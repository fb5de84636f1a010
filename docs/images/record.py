#!/usr/bin/env python3
"""Records a session on the local cloud and draws it: docs/images/session.svg.

Runs the real program in this checkout, which has to be applied (`./dev up`) and clean. What a command writes is taken
line by line with its time; waiting is shortened. What the session edits is put back at its end, deployed state included.
The picture scrolls like a terminal and begins again; where nothing moves, it shows the end. Needs nothing but Python's own
library.

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
COLUMNS, ROWS = 92, 36

# What is edited, and what is typed.
EDITS = [
    ("assets/track/index.html", "On the way", "On its way"),
    ("stacks/local.yaml", "timeout_seconds: 15", "timeout_seconds: 20"),
]
SESSION = [f"sed -i 's/{old}/{new}/' {file}" for file, old, new in EDITS] + [
    "qdn-infra plan",
    "qdn-infra apply",
    "qdn-infra plan --detailed-exitcode",
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
# Seconds: between lines, of a wait, for typing a command, for reading what it wrote, and before it begins again.
STEP, LONGEST, TYPING, READING, PAUSE = 0.05, 0.6, 0.9, 2.5, 6.0


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


def keyframes(name, end, steps):
    """A CSS animation that jumps: to each place (pixels down) at its second."""
    frames = [f"{100 * at / end:.2f}% {{ transform: translateY({down}px) }}" for at, down in steps]
    return f"@keyframes {name} {{ 0% {{ transform: translateY(0) }} {' '.join(frames)} }}"


def draw(lines):
    """The picture: a cover goes down and shows line after line, and all of it goes up when the window is full."""
    width, row = round(COLUMNS * 8.43 + 40), 19
    height, whole = ROWS * row, len(lines) * row
    end = lines[-1][0] + PAUSE
    shown = [(at, (number + 1) * row) for number, (at, _, _) in enumerate(lines)]
    scrolled = [(at, -max(0, down - height)) for at, down in shown]
    rows = []
    for number, (_, line, typed) in enumerate(lines):
        prompt = '<tspan style="fill:#7ee787">$ </tspan>' if typed else ""
        rows.append(f'<text x="20" y="{14 + number * row}">{prompt}{spans(line)}</text>')
    body = "\n".join(rows)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + 44}" width="{width}" height="{height + 44}"
 role="img" aria-label="A session: two edits, plan, apply, and a plan with nothing to do ({end:.0f} seconds, shortened)">
<style>
text {{ font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #e6edf3; white-space: pre }}
.all, .cover {{ animation: {end:.1f}s step-end infinite }}
.all {{ animation-name: scroll }}
.cover {{ animation-name: show }}
{keyframes("scroll", end, scrolled)}
{keyframes("show", end, shown)}
@media (prefers-reduced-motion: reduce) {{ .all, .cover {{ animation: none }} }}
</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<circle cx="22" cy="20" r="6" fill="#ff5f56"/><circle cx="42" cy="20" r="6" fill="#ffbd2e"/><circle cx="62" cy="20" r="6" fill="#27c93f"/>
<svg y="36" width="{width}" height="{height}">
<g class="all" transform="translate(0 {scrolled[-1][1]})">
{body}
<rect class="cover" width="100%" height="{whole}" fill="#0d1117" transform="translate(0 {whole})"/>
</g>
</svg>
</svg>
"""


def main():
    program = sys.argv[1]
    before = {file: (ROOT / file).read_text() for file, _, _ in EDITS}
    for file, old, _ in EDITS:
        if before[file].count(old) != 1:
            sys.exit(f"{file} does not say {old!r} once")
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
            if not command.startswith("sed"):
                lines.append((now, "", False))
                now += READING
    finally:
        for file, text in before.items():
            (ROOT / file).write_text(text)
        run("qdn-infra apply", program)
    PICTURE.write_text(draw(lines))


if __name__ == "__main__":
    main()
