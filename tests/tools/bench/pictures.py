"""Pictures that stream to a terminal far away: this program beside textual-image, in one run.

`python -m tests.tools.bench pictures kitty 64 1` shows a part: ways, pixels of a side, Mbit/s
("free" for a line without a limit). `--seconds 3` is how long each stream lasts, `--trip 0.15` the
round trip.
"""

import argparse
import json
import math
import tempfile
import time
from bisect import bisect_left
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.terminal.slow_link import Link
from tests.support.terminal.terminal_replies import KITTY, SIXEL
from tests.tools.pictured.counted import whole
from tests.tools.pictured.frames import RATE

WAYS, PIXELS, LINKS = ("kitty", "sixel", "half"), ("64", "128", "256"), ("free", "10", "1")
NAMES = {"theirs": "textual-image", "ours": "diffuscope"}
ENVIRON = {"TEXTUAL_COLOR_SYSTEM": "truecolor"}
SECONDS, KEYS = {"free": 3.0, "10": 3.0, "1": 6.0}, 0.2
PATIENCE = 90
HEAD = "  way    pixels  link   side           frames/s  KB a frame  encode ms"
HEAD += "  loop late p95, longest ms  key to paint p95 ms"
ENDED = "    > : not painted when the stream ended. - : no frame arrived."


class Line(NamedTuple):
    """One row: rates in frames a second, bytes a frame, times in ms."""

    rate: float
    size: float
    encode: float
    late: float
    longest: float
    paint: float
    painted: bool


class Case(NamedTuple):
    """What is measured; ``link`` in Mbit/s, ``seconds`` of a stream, ``trip`` there and back."""

    way: str
    pixels: str
    link: str
    side: str
    seconds: float
    trip: float


def main() -> None:
    """Print the table, or the part that is named on the command line."""
    asked = _asked()
    print(f"  {RATE} frames a second asked, on 40 by 20 cells; link in Mbit/s, ", end="")
    print(f"{1000 * asked.trip:.0f} ms there and back\n{HEAD}")
    parts = [[p for p in all_ if p in asked.part] or all_ for all_ in (WAYS, PIXELS, LINKS)]
    for way, pixels, link, side in product(*parts, NAMES):
        case = Case(way, pixels, link, side, asked.seconds or SECONDS[link], asked.trip)
        print(f"  {way:<6} {pixels:>6}  {link:<5}  {NAMES[side]:<13}  ", end="")
        print(_shown(_measured(case)), flush=True)
    print(ENDED)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.bench pictures")
    parser.add_argument("part", nargs="*", help=" ".join((*WAYS, *PIXELS, *LINKS)))
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--trip", type=float, default=0.0)
    asked = parser.parse_intermixed_args()
    if unknown := set(asked.part) - {*WAYS, *PIXELS, *LINKS}:
        parser.error(f"no such part: {' '.join(unknown)}")
    return asked


def _measured(case: Case) -> Line:
    rate = math.inf if case.link == "free" else float(case.link) * 1e6 / 8
    profile = SIXEL if case.way == "sixel" else KITTY
    options: dict[str, Any] = {"profile": profile, "rate": rate, "latency": case.trip / 2}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "told.json"
        arguments = [case.side, case.way, case.pixels, str(case.seconds), str(file)]
        terminal = Link(
            ["-m", "tests.tools.pictured", *arguments], ENVIRON, screen=False, **options
        )
        try:
            terminal.until(lambda it: it.arrived(b"key 0.") or _ended(it), PATIENCE)
            typed = _typing(terminal, file, case.seconds)
            return _line(terminal, case.way, json.loads(file.read_text()), typed)
        finally:
            terminal.close()


def _typing(terminal: Link, file: Path, seconds: float) -> list[float]:
    """Press a key now and then until the app has told; returns when each was pressed."""
    typed: list[float] = []
    limit = time.monotonic() + seconds + PATIENCE
    while not file.exists():
        if time.monotonic() > limit or _ended(terminal):
            raise SystemExit(terminal.raw[-4000:].decode(errors="replace"))
        typed.append(terminal.type("k"))
        terminal.read_until(typed[-1] + KEYS)
    return typed


def _ended(terminal: Link) -> bool:
    return terminal.process.poll() is not None


def _line(terminal: Link, way: str, told: dict[str, Any], typed: list[float]) -> Line:
    """Within the time of the stream: what had arrived, and what keys had to wait."""
    begun, ended, late = told["begun"], told["ended"], told["late"]
    first, last = (_offset(terminal, moment) for moment in (begun, ended))
    frames = [end for end in whole(bytes(terminal.raw), way) if first < end <= last]
    waits = sorted(
        ((painted or ended) - moment, painted is not None)
        for number, moment in enumerate(typed, 1)
        if begun <= moment <= ended - KEYS
        for painted in [_painted(terminal, number, ended)]
    )
    wait, painted = waits[int(len(waits) * 0.95)]
    return Line(
        len(frames) / (ended - begun),
        (last - first) / len(frames) / 1000 if frames else math.nan,
        told["encode"],
        1000 * late[int(len(late) * 0.95)],
        1000 * late[-1],
        1000 * wait,
        painted,
    )


def _painted(terminal: Link, number: int, ended: float) -> float | None:
    """When the key's number was there, if it was in time."""
    when = terminal.arrived(b"key %d." % number)
    return when if when is not None and when <= ended else None


def _offset(terminal: Link, moment: float) -> int:
    """How many bytes had arrived by then."""
    at = bisect_left(terminal.arrivals, moment, key=lambda arrival: arrival[1])
    return terminal.arrivals[at - 1][0] if at else 0


def _shown(line: Line) -> str:
    size = f"{line.size:10.1f}" if line.size == line.size else f"{'-':>10}"
    return (
        f"{line.rate:8.1f}  {size}  {line.encode:9.1f}  {line.late:13.1f}  {line.longest:11.0f}"
        f"  {'' if line.painted else '>':>14}{line.paint:5.0f}"
    )


if __name__ == "__main__":
    main()
