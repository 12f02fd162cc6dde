"""Pictures in rows, a label above each and lines below; no more than Pillow is needed."""

from bisect import bisect
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

SIDE, GAP, LINE, GUTTER = 128, 8, 20, 72
FONT_SIZE = 14
INK, PAPER = (30, 30, 30), (245, 245, 245)


@dataclass(frozen=True)
class Cell:
    """A labelled picture with lines under it; a cell without a picture is a row's name."""

    label: str
    image: Image.Image | None
    under: tuple[str, ...] = ()


def contact_sheet(rows: list[list[Cell]], title: str) -> Image.Image:
    """Draw rows of cells under a title; small pictures grow to 128 px by whole factors."""
    columns = max(len(row) for row in rows) - 1
    sides = [_side(row) for row in rows]
    heights = [
        side + LINE * (1 + max(len(c.under) for c in row)) + GAP
        for side, row in zip(sides, rows, strict=True)
    ]
    width = GUTTER + columns * (max(sides) + GAP) + GAP
    height = LINE + 2 * GAP + sum(heights)
    page = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(FONT_SIZE)
    draw.text((GAP, GAP), _fitted(draw, title, width - 2 * GAP, font), fill=INK, font=font)
    top = LINE + 2 * GAP
    for row, side, tall in zip(rows, sides, heights, strict=True):
        _row(page, draw, row, (top, side), font)
        top += tall
    return page


def wrapped(text: str, width: int, lines: int) -> tuple[str, ...]:
    """The text in at most so many lines of ``width`` pixels, as a cell has them under it."""
    draw = ImageDraw.Draw(Image.new("L", (1, 1)))
    font = ImageFont.load_default(FONT_SIZE)
    broken = [""]
    for word in text.split():
        longer = f"{broken[-1]} {word}".strip()
        if draw.textlength(longer, font=font) <= width or not broken[-1]:
            broken[-1] = longer
        else:
            broken.append(word)
    fitting = [*broken[: lines - 1], " ".join(broken[lines - 1 :])]
    return tuple(_fitted(draw, line, width, font) for line in fitting if line)


def _row(
    page: Image.Image,
    draw: ImageDraw.ImageDraw,
    row: list[Cell],
    place: tuple[int, int],
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> None:
    top, side = place
    for column, cell in enumerate(row):
        left = GUTTER + (column - 1) * (side + GAP) if cell.image else GAP
        above = top if cell.image else top + LINE + side // 2 - FONT_SIZE
        draw.text((left, above), cell.label, fill=INK, font=font)
        if cell.image:
            page.paste(_grown(cell.image), (left, top + LINE))
        for number, line in enumerate(cell.under):
            below = top + LINE * (1 + number) + side + GAP // 2
            draw.text((left, below), line, fill=INK, font=font)


def _side(row: list[Cell]) -> int:
    return max(max(_grown(cell.image).size) for cell in row if cell.image)


def _grown(image: Image.Image) -> Image.Image:
    factor = max(1, SIDE // max(image.size))
    return image.resize((image.width * factor, image.height * factor), Image.Resampling.NEAREST)


def _fitted(
    draw: ImageDraw.ImageDraw,
    text: str,
    width: int,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> str:
    """The text on one line, its end left out where it is wider than ``width`` pixels."""
    text = " ".join(text.split())
    if draw.textlength(text, font=font) <= width:
        return text
    fits = bisect(
        range(len(text)), width, key=lambda n: int(draw.textlength(text[:n] + "…", font=font))
    )
    return text[: max(0, fits - 1)].rstrip() + "…"
