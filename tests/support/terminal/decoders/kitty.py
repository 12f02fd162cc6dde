"""The pictures that kitty or Ghostty would hold after a byte stream: a model in memory.

After kitty's graphics.c (0.41 and 0.46) and Ghostty's; where the two differ, the less forgiving.
"""

import io
import zlib
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from PIL import Image

from tests.support.terminal.decoders import ProtocolError
from tests.support.terminal.decoders.commands import Command, Reader

ACTIONS = "tTfpdq"


class Placement(NamedTuple):
    """How large a picture is drawn, in cells; virtual where placeholder cells draw it."""

    columns: int
    rows: int
    virtual: bool


@dataclass
class Held:
    """One picture in the terminal's memory, RGB, with all that its id has gathered."""

    pixels: Image.Image
    frames: int = 1
    placements: dict[int, Placement] = field(default_factory=dict)


@dataclass
class Kitty:
    """Feed it what a program wrote; ``images`` has the pictures by id.

    ``flickers`` counts pictures that were sent anew while the screen was not held by DECSET 2026,
    ``changes`` every picture or frame that came whole, ``replies`` what a query was answered.
    ``animation`` False: a terminal without a=f. Raises :class:`ProtocolError` for what a terminal
    refuses or misunderstands, since with q=2 it would do so in silence.
    """

    tmux: bool = False
    animation: bool = True
    images: dict[int, Held] = field(default_factory=dict)
    flickers: int = 0
    changes: int = 0
    replies: bytes = b""

    def __post_init__(self) -> None:
        self._reader = Reader(self.tmux)
        self._held_still = False
        self._loading: Command | None = None
        self._unnumbered = count(1 << 32)

    @property
    def stored(self) -> int:
        """Bytes of pixels in the terminal's memory, at four a pixel."""
        return sum(4 * h.pixels.width * h.pixels.height * h.frames for h in self.images.values())

    @property
    def loading(self) -> bool:
        """Whether a picture was begun whose last chunk has not come."""
        return self._loading is not None

    def feed(self, data: bytes) -> "Kitty":
        """The next bytes, in pieces of any length."""
        for said in self._reader.read(data):
            if isinstance(said, bool):
                self._held_still = said
            else:
                self._do(said)
        return self

    def _do(self, command: Command) -> None:
        if command.action != "q" and command.keys.get("q") != "2":
            raise ProtocolError("without q=2 the terminal's answer arrives as keystrokes")
        if command.action == "d":
            self._loading = None
            self._delete(command)
        elif self._loading:
            self._more(self._loading, command)
        else:
            self._begin(command)

    def _begin(self, command: Command) -> None:
        if command.action not in tuple(ACTIONS):
            raise ProtocolError(f"a={command.action!r} outside a picture: not one of {ACTIONS}")
        if not command.number("i"):
            raise ProtocolError("a picture without an id")
        if command.action == "q":
            self.replies += f"\x1b_Gi={command.number('i')};OK\x1b\\".encode()
        elif command.action == "p":
            self._put(command)
        else:
            self._check(command)
            self._add(command)

    def _check(self, command: Command) -> None:
        known = command.number("i") in self.images
        if command.action == "f" and not self.animation:
            raise ProtocolError("this terminal has no a=f")
        if command.action == "f" and not known:
            raise ProtocolError(
                f"ENOENT: no picture {command.number('i')} whose frame could be edited"
            )
        if command.action != "f" and known and not self._held_still:
            self.flickers += 1

    def _more(self, begun: Command, command: Command) -> None:
        """A later chunk; ``begun`` has the keys of the first and the bytes so far."""
        keys = command.keys
        if begun.action == "f":
            if any(keys.get(key) != begun.keys.get(key) for key in ("a", "r", "i")):
                raise ProtocolError(
                    "kitty 0.41 appends a frame: a=f, i and r belong on every chunk"
                )
        elif set(keys) - {"m", "q"}:
            raise ProtocolError(f"another command inside a picture: {keys}")
        joined = {**begun.keys, "m": keys.get("m", "0")}
        self._add(Command(joined, begun.data + command.data))

    def _add(self, command: Command) -> None:
        self._loading = command if command.keys.get("m") == "1" else None
        if self._loading:
            return
        self.changes += 1
        if command.action == "f":
            self._edit(self.images[command.number("i")], command)
            return
        placements = self.images[i].placements if (i := command.number("i")) in self.images else {}
        self.images[i] = Held(pixels(command), placements=placements)
        if command.action == "T":
            self._put(command)

    def _edit(self, held: Held, command: Command) -> None:
        if command.number("r") != 1:
            held.frames += 1
            return
        image, x, y = pixels(command), command.number("x"), command.number("y")
        if x + image.width > held.pixels.width or y + image.height > held.pixels.height:
            raise ProtocolError(f"EINVAL: {image.size} at {x},{y} is not inside {held.pixels.size}")
        held.pixels = held.pixels.copy()
        held.pixels.paste(image, (x, y))

    def _put(self, command: Command) -> None:
        if command.number("i") not in self.images:
            raise ProtocolError(f"ENOENT: no picture {command.number('i')} to be placed")
        number = command.number("p") or next(self._unnumbered)
        place = Placement(command.number("c"), command.number("r"), command.number("U") == 1)
        self.images[command.number("i")].placements[number] = place

    def _delete(self, command: Command) -> None:
        """d=i and d=I by id; d=a and d=A take what is on the screen, never placeholders'."""
        how, ident = command.keys.get("d", "a"), command.number("i")
        if how not in tuple("iIaA"):
            raise ProtocolError(f"d={how} is not modelled here")
        for number in [ident] if how in "iI" else list(self.images):
            if number in self.images:
                self._clear(number, how, command.number("p"))

    def _clear(self, ident: int, how: str, only: int) -> None:
        placements = self.images[ident].placements
        gone = [
            number
            for number, place in placements.items()
            if (how in "iI" and only in (0, number)) or (how in "aA" and not place.virtual)
        ]
        for number in gone:
            del placements[number]
        if not placements and (how == "I" or (how == "A" and gone)):
            del self.images[ident]


def pixels(command: Command) -> Image.Image:
    """The picture that a whole transmission says, RGB."""
    size, form = (command.number("s"), command.number("v")), command.number("f") or 32
    data = zlib.decompress(command.data) if command.keys.get("o") == "z" else command.data
    if form == 100:
        return Image.open(io.BytesIO(data), formats=["PNG"]).convert("RGB")
    if form not in (24, 32) or len(data) != size[0] * size[1] * form // 8 or not data:
        raise ProtocolError(f"EINVAL: {len(data)} bytes for {size} pixels, f={form}")
    return Image.frombytes("RGB" if form == 24 else "RGBA", size, data).convert("RGB")
