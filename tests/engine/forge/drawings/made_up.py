"""Tiny sets of drawings: a folder of files and an Iconify package, both of squares and discs."""

import json
from pathlib import Path

from PIL import Image, ImageDraw

from engine.forge.captions import Concept

ROCKET = Concept("1f680", ("a rocket",))
EWE = Concept("1f411", ("a sheep", "a ewe"))
BARISTA = Concept("1f680+1f411", ("a barista",))
UNKNOWN = Concept("1f4a9", ("a thing that nobody draws",))
SAID = {"title": "Squares", "author": "A. Hand", "licence": "CC0-1.0", "source": "https://a.hand"}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">{}</svg>'
SQUARE = '<rect x="1" y="1" width="{}" height="6" fill="#c03020"/>'


def picture(colour: tuple[int, int, int], side: int = 40) -> Image.Image:
    """A disc on nothing."""
    drawn = Image.new("RGBA", (side, side))
    ImageDraw.Draw(drawn).ellipse((4, 4, side - 5, side - 5), fill=(*colour, 255))
    return drawn


def files(folder: Path) -> Path:
    """A rocket as PNG and a sheep as WebP, with set.json."""
    folder.mkdir(parents=True, exist_ok=True)
    picture((220, 60, 50)).save(folder / "emoji_u1f680.png")
    picture((60, 60, 220)).save(folder / "1F411-FE0F.webp", lossless=True)
    (folder / "notes.txt").write_text("not a drawing")
    (folder / "set.json").write_text(json.dumps(SAID))
    return folder


def icons(folder: Path) -> Path:
    """A rocket by code point, a sheep by name, an alias; with info.json."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {
        "rocket": {"body": SQUARE.format(6)},
        "Sheep-2": {"body": SQUARE.format(3), "width": 16},
        "foreign": {"body": '<image href="/etc/hostname" width="8" height="8"/>'},
    }
    whole = {"icons": known, "aliases": {"ship": {"parent": "rocket"}}, "width": 8, "height": 8}
    (folder / "icons.json").write_text(json.dumps(whole))
    (folder / "chars.json").write_text(json.dumps({"1f680": "rocket", "1f6a2": "ship"}))
    info = {"name": "Icons", "author": {"name": "B. Hand", "url": "https://b.hand"},
            "license": {"title": "MIT", "spdx": "MIT"}}  # fmt: skip
    (folder / "info.json").write_text(json.dumps(info))
    return folder
