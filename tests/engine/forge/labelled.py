"""A small folder of labelled renderings: three shapes on two grounds in two styles."""

import json
from itertools import product
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

GROUNDS = {"blue": (40, 60, 220), "red": (205, 40, 45)}
SHAPES = ("a bar", "a disc", "a square")
STYLES = ("photo", "plain")
INK = {"photo": (90, 90, 90), "plain": (250, 250, 250)}


def rendering(shape: str, ground: str, style: str, turn: int, side: int = 64) -> Image.Image:
    """One picture of 64 px, box-reduced to `side`; `turn` moves the shape a little."""
    if side != 64:
        large = rendering(shape, ground, style, turn)
        return large.resize((side, side), Image.Resampling.BOX)
    picture = Image.new("RGB", (side, side), GROUNDS[ground])
    unit, left = side // 8, (2 + turn % 2) * side // 8
    boxes = {
        "a bar": (left, unit, left + unit, side - unit),
        "a disc": (left, 2 * unit, left + 4 * unit, 6 * unit),
        "a square": (left, 2 * unit, left + 4 * unit, 6 * unit),
    }
    draw = ImageDraw.Draw(picture)
    (draw.ellipse if shape == "a disc" else draw.rectangle)(boxes[shape], fill=INK[style])
    return picture


def write(folder: Path, each: int = 10) -> Path:
    """`each` pictures of every shape, ground and style, with what they show in metadata.jsonl.

    Some are mirrored, for a judge looks at mirror images too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for turn, (shape, ground, style) in product(range(each), product(SHAPES, GROUNDS, STYLES)):
        name = f"{len(rows):03d}.png"
        picture = rendering(shape, ground, style, turn)
        (ImageOps.mirror(picture) if turn % 4 > 1 else picture).save(folder / name)
        row = {"file_name": name, "text": "a high quality photo"}
        rows.append(json.dumps({**row, "concept": shape, "style": style, "colour": ground}))
    (folder / "metadata.jsonl").write_text("\n".join(rows))
    return folder
