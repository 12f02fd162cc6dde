"""What a terminal is asked, in one batch, and what its answers mean. Pure; answers are not trusted.

The control sequences are xterm's (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html) and
kitty's (https://sw.kovidgoyal.net/kitty/graphics-protocol/).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

NO_IMAGE = 4294967291
"""An image that no terminal holds: one that has animation says so, another knows no ``a=f``."""
NAME = b"\x1b[>0q"
GRAPHICS = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
FRAMES = b"\x1b_Ga=f,i=%d,r=1,s=1,v=1,f=24;AAAA\x1b\\" % NO_IMAGE
REGISTERS = b"\x1b[?1;1;0S"
SYNCHRONIZED = b"\x1b[?2026$p"
CELL = b"\x1b[16t"
COLOUR = b"\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[m"
SENTINEL = b"\x1b[c"
ALL = (NAME, GRAPHICS, FRAMES, REGISTERS, SYNCHRONIZED, CELL, COLOUR, SENTINEL)
PLAIN = (NAME, CELL, SENTINEL)
"""For GNU screen, which hands strings on to the terminal around it as they are."""


def batch(plain: bool = False) -> bytes:
    """The questions, the sentinel last; the cursor returns, and what got printed is wiped."""
    return b"\x1b7" + b"".join(PLAIN if plain else ALL) + b"\x1b8\x1b[K"


@dataclass
class Facts:
    """What the answers said; None and zeros where they said nothing."""

    name: str = ""
    kitty: bool = False
    animation: bool | None = None
    sixel: bool = False
    registers: int = 0
    synchronized: bool = False
    cell: tuple[int, int] | None = None
    truecolor: bool | None = None


def read(answers: Iterable[bytes]) -> Facts:
    """Every answer that is understood; the others are left out."""
    facts = Facts()
    for answer in answers:
        for pattern, take in _READERS:
            if found := pattern.fullmatch(answer):
                take(facts, found)
                break
    return facts


def _name(facts: Facts, found: re.Match[bytes]) -> None:
    facts.name = tidy(found[1].decode("ascii", "ignore"))


def tidy(name: str) -> str:
    """A terminal's name and version as words: "kitty(0.41.1)" is "kitty 0.41.1"."""
    shown = "".join(c for c in name if c.isprintable())[:48].strip()
    return re.sub(r"^(.+?)\s*\((.+)\)$", r"\1 \2", shown)


def _graphics(facts: Facts, found: re.Match[bytes]) -> None:
    about, said = dict(re.findall(rb"(\w)=(\d+)", found[1])), found[2]
    if about.get(b"i") == b"31":
        facts.kitty = said == b"OK"
    elif about.get(b"i") == b"%d" % NO_IMAGE:
        facts.animation = said.startswith((b"ENOENT", b"OK"))


def _registers(facts: Facts, found: re.Match[bytes]) -> None:
    facts.registers = min(int(found[1]), 65536)


def _synchronized(facts: Facts, found: re.Match[bytes]) -> None:
    facts.synchronized = found[1] in (b"1", b"2", b"3")


def _cell(facts: Facts, found: re.Match[bytes]) -> None:
    facts.cell = int(found[2]), int(found[1])


def _colour(facts: Facts, found: re.Match[bytes]) -> None:
    said = re.search(rb"48[:;]2[:;](?:\d*:)?1[:;]2[:;]3(?!\d)", found[1])
    facts.truecolor = said is not None


def _attributes(facts: Facts, found: re.Match[bytes]) -> None:
    facts.sixel = b"4" in found[1].split(b";")[1:]


_READERS = [
    (re.compile(pattern, re.DOTALL), take)
    for pattern, take in (
        (rb"\x1bP>\|(.*?)(?:\x1b\\|\x07)", _name),
        (rb"\x1b_G([^;]*);(.*?)(?:\x1b\\|\x07)", _graphics),
        (rb"\x1b\[\?1;0;(\d{1,9})S", _registers),
        (rb"\x1b\[\?2026;(\d+)\$y", _synchronized),
        (rb"\x1b\[6;(\d+);(\d+)t", _cell),
        (rb"\x1bP1\$r(.*?)(?:\x1b\\|\x07)", _colour),
        (rb"\x1b\[\?([\d;]+)c", _attributes),
    )
]
