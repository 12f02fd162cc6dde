"""A set of drawings: a folder of files named by code point or words, or Iconify's JSON."""

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from engine.errors import BadInput
from engine.forge.captions import Concept
from engine.forge.drawings import art
from engine.forge.drawings.credit import Credit

VARIANT = "fe0f"  # asks for colour; some sets write it, some do not


def code_of(name: str) -> str:
    """The hex code points in a file's name, without the variant selector; empty where there are
    none: "emoji_u1f9d1_200d_1f680" is "1f9d1-200d-1f680", "1F3D4-FE0F" is "1f3d4"."""
    plain = name.lower().removeprefix("emoji_u").removeprefix("u+").replace("_", "-")
    points = [point for point in plain.split("-") if point != VARIANT]
    hexadecimal = all(re.fullmatch("[0-9a-f]{2,6}", point) for point in points)
    a_word = not re.search("[0-9]", plain)  # such as "bed"
    return "" if a_word or not hexadecimal else "-".join(point.lstrip("0") for point in points)


def squashed(name: str) -> str:
    """A name without case, spaces, marks and the number of a variant: "Cat-Face-2" is "catface"."""
    return re.sub("[^a-z0-9]", "", re.sub(r"-\d$", "", name.lower()))


def names_of(concept: Concept) -> list[str]:
    """Squashed names that a set may have for a concept: Unicode's, then its phrases."""
    single = re.fullmatch("[0-9a-f]+", concept.code)
    unicode_name = [unicodedata.name(chr(int(concept.code, 16)), "")] if single else []
    bare = [re.sub("^(a|an|the) ", "", phrase) for phrase in concept.phrases]
    return [name for name in map(squashed, [*unicode_name, *bare]) if name]


MOST_FILES = 20_000
MOST_JSON = 64 << 20
READERS = {".svg": art.vector, ".png": art.raster, ".webp": art.raster}
Read = Callable[[str, int], Image.Image | None]


@dataclass(frozen=True)
class DrawingSet:
    """Drawings of one hand: keys by hex code points and by squashed names, and how to draw one.

    `styles` are those that its drawings are used in, empty for all of a flat drawing; `weight` is
    how often it is taken, compared with others.
    """

    name: str
    credit: Credit
    codes: Mapping[str, str]
    names: Mapping[str, str]
    read: Read
    styles: frozenset[str] = frozenset()
    weight: float = 1.0

    def keys(self, concept: Concept) -> tuple[str, ...]:
        """The drawings that make a concept, one for each of "A+B"; empty where one is missing."""
        parts = concept.code.split("+")
        if len(parts) > 1:
            found = [self.codes.get(part, "") for part in parts]
            return tuple(found) if all(found) else ()
        named = (self.names[name] for name in names_of(concept) if name in self.names)
        key = self.codes.get(concept.code) or next(named, "")
        return (key,) if key else ()

    def draw(self, concept: Concept, side: int) -> Image.Image | None:
        """A concept as RGBA on a square of a side, or None."""
        parts = [self.read(key, side) for key in self.keys(concept)]
        whole = [part for part in parts if part is not None]
        return art.composed(whole) if whole and len(whole) == len(parts) else None


def of_files(name: str, credit: Credit, folder: Path) -> DrawingSet:
    """SVG, PNG and WebP files named by code point; BadInput for a folder without such files."""
    files = [file for file in sorted(folder.rglob("*"))[:MOST_FILES] if _readable(file)]
    codes = {code: str(file) for file in files if (code := code_of(file.stem))}
    names = {squashed(file.stem): str(file) for file in files if not code_of(file.stem)}
    if not codes and not names:
        raise BadInput(f"no drawings in {folder}: expected SVG, PNG or WebP, such as 1f680.svg")
    return DrawingSet(name, credit, codes, names, _from_file)


def _readable(file: Path) -> bool:
    if file.suffix.lower() not in READERS or file.is_symlink() or not file.is_file():
        return False
    return file.stat().st_size <= art.MOST_BYTES


def _from_file(key: str, side: int) -> Image.Image | None:
    file = Path(key)
    return READERS[file.suffix.lower()](file.read_bytes(), side)


def of_icons(name: str, credit: Credit, file: Path) -> DrawingSet:
    """An Iconify icons.json, with the code points of the chars.json beside it where there is one.

    Raises BadInput where it is not one.
    """
    whole = _json(file)
    icons, aliases = (_table(whole.get(key)) for key in ("icons", "aliases"))
    if not icons:
        raise BadInput(f"no icons in {file}: expected Iconify's JSON")
    beside = file.with_name("chars.json")
    chars = _json(beside) if beside.is_file() else {}
    known = {key: _body_of(icons, aliases, key) for key in [*icons, *aliases]}
    codes = {code_of(code): key for code, key in chars.items() if key in known}
    names: dict[str, str] = {}
    for key in known:
        names.setdefault(squashed(key), key)
    size = [_number(whole.get(key), 16) for key in ("width", "height")]

    def read(key: str, side: int) -> Image.Image | None:
        icon = icons.get(known[key])
        return art.vector(_svg(icon, *size), side) if isinstance(icon, dict) else None

    return DrawingSet(name, credit, codes, names, read)


def reduced(file: Path, keys: Collection[str]) -> dict[Path, dict[str, Any]]:
    """What `keys` need of an icons.json, and of the chars.json beside it."""
    whole, beside = _json(file), file.with_name("chars.json")
    icons, aliases = (_table(whole.get(key)) for key in ("icons", "aliases"))
    bodies = {_body_of(icons, aliases, key) for key in keys}
    left = {
        **whole,
        "icons": {key: icon for key, icon in icons.items() if key in bodies},
        "aliases": {
            key: {"parent": _body_of(icons, aliases, key)} for key in aliases if key in keys
        },
    }
    chars = _json(beside) if beside.is_file() else {}
    return {file: left, beside: {code: key for code, key in chars.items() if key in keys}}


def _json(file: Path) -> dict[str, Any]:
    try:
        large = file.stat().st_size > MOST_JSON
        said = None if large else json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"cannot read {file}: {error}") from error
    if large:
        raise BadInput(f"{file} is larger than {MOST_JSON >> 20} MiB")
    return _table(said)


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _body_of(icons: dict[str, Any], aliases: dict[str, Any], key: str) -> str:
    """The icon that an alias stands for; its turns and mirrorings are not taken over."""
    for _ in range(8):
        if key in icons:
            break
        key = str(_table(aliases.get(key)).get("parent", ""))
    return key


def _svg(icon: dict[str, Any], width: float, height: float) -> bytes:
    width, height = _number(icon.get("width"), width), _number(icon.get("height"), height)
    left, top = _number(icon.get("left"), 0), _number(icon.get("top"), 0)
    box = f"{left} {top} {width} {height}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" color="#1c1c1e">'
    return f"{head}{icon.get('body', '')}</svg>".encode()


def _number(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise
