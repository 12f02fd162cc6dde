"""Emoji art as RGBA pictures: Google's Noto from its colour font, Twitter's from its vectors."""

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine.errors import BadInput, Unavailable

SIDE = 128
NOTO_STRIKE = 109  # the only bitmap size that NotoColorEmoji.ttf holds; glyphs are 136x128

Art = Callable[[str], Image.Image | None]


def noto(font: Path) -> Art:
    """A function from hex code points ("1f9d1-200d-1f680") to a 128x128 RGBA glyph, or None.

    Raises BadInput when the file is not a font with NotoColorEmoji's bitmap size.
    """
    try:
        face = ImageFont.truetype(str(font), NOTO_STRIKE)
    except OSError as error:
        raise BadInput(f"not the Noto colour emoji font: {font} ({error})") from error

    def draw(code: str) -> Image.Image | None:
        text = "".join(chr(int(point, 16)) for point in code.split("-"))
        glyph = Image.new("RGBA", (136, 128))
        ImageDraw.Draw(glyph).text((0, 0), text, font=face, embedded_color=True)
        return square(glyph) if glyph.getbbox() else None

    return draw


def twemoji(folder: Path) -> Art:
    """A function from hex code points to Twitter's vector drawn at 128x128 RGBA, or None.

    `folder` holds `1f680.svg` and its like (npm `@twemoji/svg`).
    """
    try:
        import resvg_py
    except ImportError as error:
        raise Unavailable("drawing Twitter's vectors needs: pip install resvg-py") from error
    if not (folder / "1f680.svg").is_file():
        raise BadInput(f"no Twitter emoji vectors in {folder}; expected files such as 1f680.svg")

    def draw(code: str) -> Image.Image | None:
        file = folder / f"{code}.svg"
        if not file.is_file():
            return None
        png = resvg_py.svg_to_bytes(svg_path=str(file), width=SIDE, height=SIDE)
        return square(Image.open(io.BytesIO(bytes(png))).convert("RGBA"))

    return draw


def composed(source: Art) -> Art:
    """A function that also draws "A+B": A with a smaller B before it, at its lower right."""

    def draw(code: str) -> Image.Image | None:
        parts = [source(part) for part in code.split("+")]
        if any(part is None for part in parts):
            return None
        first, *others = (part for part in parts if part is not None)
        for other in others:
            small = other.resize((SIDE // 2, SIDE // 2), Image.Resampling.LANCZOS)
            first.alpha_composite(small, (SIDE - small.width, SIDE - small.height))
        return first

    return draw


def square(picture: Image.Image) -> Image.Image:
    """Crop to what is drawn and centre it on a transparent 128x128 square, longest side 128."""
    cut = picture.crop(picture.getbbox())
    scale = SIDE / max(cut.size)
    size = (max(1, round(cut.width * scale)), max(1, round(cut.height * scale)))
    canvas = Image.new("RGBA", (SIDE, SIDE))
    canvas.paste(
        cut.resize(size, Image.Resampling.LANCZOS),
        ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2),
    )
    return canvas
