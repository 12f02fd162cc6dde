"""Emoji art as RGBA pictures: Google's Noto from its colour font, and vectors of both vendors."""

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine.errors import BadInput, Unavailable

SIDE = 128
"""Of pictures where no other is named; the font's glyphs are no larger."""
NOTO_STRIKE = 109  # the only bitmap size that NotoColorEmoji.ttf holds; glyphs are 136x128

Art = Callable[[str], Image.Image | None]


def noto(font: Path, side: int = SIDE) -> Art:
    """A function from hex code points ("1f9d1-200d-1f680") to an RGBA glyph of a side, or None.

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
        return square(glyph, side) if glyph.getbbox() else None

    return draw


def twemoji(folder: Path, side: int = SIDE) -> Art:
    """Twitter's vectors as `noto` gives glyphs: `1f680.svg` and its like (npm `@twemoji/svg`)."""
    return _vectors(folder, "{}", "-", side)


def noto_vectors(folder: Path, side: int = SIDE) -> Art:
    """Google's vectors: `emoji_u1f680.svg` and its like (`svg/` of googlefonts/noto-emoji)."""
    return _vectors(folder, "emoji_u{}", "_", side)


def _vectors(folder: Path, name: str, joint: str, side: int) -> Art:
    """Raises BadInput for a folder without such files, Unavailable without a renderer."""
    try:
        import resvg_py
    except ImportError as error:
        raise Unavailable("drawing emoji vectors needs: pip install resvg-py") from error

    def file_of(code: str) -> Path:
        return folder / f"{name.format(code.replace('-', joint))}.svg"

    if not file_of("1f680").is_file():
        raise BadInput(f"no emoji vectors in {folder}; expected {file_of('1f680').name} and others")

    def draw(code: str) -> Image.Image | None:
        file = file_of(code)
        if not file.is_file():
            return None
        png = resvg_py.svg_to_bytes(svg_path=str(file), width=side, height=side)
        return square(Image.open(io.BytesIO(bytes(png))).convert("RGBA"), side)

    return draw


def composed(source: Art) -> Art:
    """A function that also draws "A+B": A with a smaller B before it, at its lower right."""

    def draw(code: str) -> Image.Image | None:
        parts = [source(part) for part in code.split("+")]
        if any(part is None for part in parts):
            return None
        first, *others = (part for part in parts if part is not None)
        for other in others:
            side = first.width
            small = other.resize((side // 2, side // 2), Image.Resampling.LANCZOS)
            first.alpha_composite(small, (side - small.width, side - small.height))
        return first

    return draw


def square(picture: Image.Image, side: int = SIDE) -> Image.Image:
    """Crop to what is drawn and centre it on a transparent square, whose side is its longest."""
    cut = picture.crop(picture.getbbox())
    scale = side / max(cut.size)
    size = (max(1, round(cut.width * scale)), max(1, round(cut.height * scale)))
    canvas = Image.new("RGBA", (side, side))
    canvas.paste(
        cut.resize(size, Image.Resampling.LANCZOS),
        ((side - size[0]) // 2, (side - size[1]) // 2),
    )
    return canvas
