"""The sets that the bundled cascade learns from, and those that only examine it."""

from dataclasses import dataclass
from pathlib import Path

from engine.errors import BadInput
from engine.forge.captions import STYLES
from engine.forge.drawings import sets
from engine.forge.drawings.credit import Credit, written
from engine.forge.drawings.install import Say, installed
from engine.forge.drawings.sets import DrawingSet

SHADED = "render"
"""The style that needs drawings which are shaded themselves."""
FLAT = frozenset(STYLES) - {SHADED}
SOLID = frozenset(STYLES) - {"plain"}
INK = frozenset({"pencil", "lithograph"})


@dataclass(frozen=True)
class Entry:
    """A set that is known by name: the package it comes in, where in it, and whose it is.

    `held_out` ones are never trained on.
    """

    package: str
    inside: str
    credit: Credit
    styles: frozenset[str] = FLAT
    weight: float = 1.0
    held_out: bool = False


_CC_BY_4, _NOTO = "CC-BY-4.0", "https://github.com/googlefonts/noto-emoji"
_MICROSOFT = "https://github.com/microsoft/fluentui-emoji"
CATALOGUE: dict[str, Entry] = {
    "noto": Entry(
        "npm:@iconify-json/noto@1.2.9", "icons.json",
        Credit("Noto Emoji", "Google Inc", "Apache-2.0", _NOTO), weight=1.5,
    ),
    "twemoji": Entry(
        "npm:@iconify-json/twemoji@1.2.5", "icons.json",
        Credit("Twemoji", "Twitter, Inc and other contributors", _CC_BY_4,
               "https://github.com/jdecked/twemoji"), weight=1.5,
    ),
    "fluent-emoji-3d": Entry(
        "npm:@lobehub/fluent-emoji-3d@1.1.0", "assets",
        Credit("Fluent Emoji 3D", "Microsoft Corporation", "MIT", _MICROSOFT), SOLID,
    ),
    "fluent-emoji-flat": Entry(
        "npm:@iconify-json/fluent-emoji-flat@1.2.6", "icons.json",
        Credit("Fluent Emoji Flat", "Microsoft Corporation", "MIT", _MICROSOFT),
    ),
    "emojione": Entry(
        "npm:@iconify-json/emojione@1.2.3", "icons.json",
        Credit("EmojiTwo (Emoji One)", "Emoji One and EmojiTwo", _CC_BY_4,
               "https://github.com/EmojiTwo/emojitwo"),
    ),
    "noto-v1": Entry(
        "npm:@iconify-json/noto-v1@1.2.5", "icons.json",
        Credit("Noto Emoji, first edition", "Google Inc", "Apache-2.0", _NOTO),
    ),
    "game-icons": Entry(
        "npm:@iconify-json/game-icons@1.2.4", "icons.json",
        Credit("Game-icons.net", "Lorc, Delapouite and contributors", "CC-BY-3.0",
               "https://github.com/game-icons/icons"), INK, 0.5,
    ),
    "fxemoji": Entry(
        "npm:@iconify-json/fxemoji@1.2.2", "icons.json",
        Credit("Firefox OS Emoji", "Mozilla", "Apache-2.0", "https://github.com/mozilla/fxemoji"),
        held_out=True,
    ),
    "streamline-emojis": Entry(
        "npm:@iconify-json/streamline-emojis@1.2.4", "icons.json",
        Credit("Streamline Emojis", "Streamline", _CC_BY_4,
               "https://github.com/webalys-hq/streamline-vectors"), held_out=True,
    ),
    "openmoji": Entry(
        "npm:openmoji@17.0.0", "color/svg",
        Credit("OpenMoji", "HfG Schwäbisch Gmünd and contributors", "CC-BY-SA-4.0",
               "https://openmoji.org"), held_out=True,
    ),
}  # fmt: skip


def names(held_out: bool) -> list[str]:
    """The sets that are trained on, or those that never are."""
    return [name for name, entry in CATALOGUE.items() if entry.held_out == held_out]


def opened(name: str, cache: Path, say: Say = lambda line: None) -> DrawingSet:
    """A set by its name, installed into `cache` where it is not there yet, or by its path.

    A path is a folder of files named by code point, or one with Iconify's icons.json; a file
    beside them says whose they are (`credit.written`). `say` hears of what is fetched.
    Raises BadInput for what is not a set, Unavailable where it cannot be installed.
    """
    entry = CATALOGUE.get(name)
    if entry:
        place = installed(entry.package, cache, say) / entry.inside
        found = _opened(name, place, entry.credit)
        return DrawingSet(name, found.credit, found.codes, found.names, found.read,
                          entry.styles, entry.weight)  # fmt: skip
    place = Path(name).expanduser()
    if not place.is_dir():
        raise BadInput(f"no set of drawings {name!r}: write a folder or {', '.join(CATALOGUE)}")
    icons = place / "icons.json"
    found = _opened(place.name, icons if icons.is_file() else place, written(place))
    return DrawingSet(place.name, found.credit, found.codes, found.names, found.read, FLAT)


def _opened(name: str, place: Path, credit: Credit) -> DrawingSet:
    read = sets.of_icons if place.suffix == ".json" else sets.of_files
    return read(name, credit, place)
