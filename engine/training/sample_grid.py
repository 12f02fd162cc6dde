"""Pictures on a page: plain rows, or cells of one or more pictures over a caption."""

import textwrap

import torch
from PIL import Image, ImageDraw, ImageFont
from PIL.Image import Resampling
from torch import Tensor

Cell = tuple[str, list[Image.Image]]
FONT, LINE, LINES, GAP = 11, 14, 2, 8
INK, PAPER = (30, 30, 30), (245, 245, 245)


def images(pictures: Tensor) -> list[Image.Image]:
    """Pictures (B,3,h,w), uint8 or in [-1,1], as RGB images."""
    if pictures.dtype != torch.uint8:
        pictures = ((pictures.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    return [Image.fromarray(p) for p in pictures.permute(0, 2, 3, 1).contiguous().numpy()]


def grid(pictures: Tensor, columns: int, side: int) -> Image.Image:
    """Pictures (B,3,h,w) in rows of `columns`, each `side` wide, two pixels apart."""
    step = side + 2
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * step - 2, rows * step - 2))
    for index, picture in enumerate(images(pictures)):
        cell = picture.resize((side, side), Resampling.NEAREST)
        sheet.paste(cell, (index % columns * step, index // columns * step))
    return sheet


def captioned(cells: list[Cell], columns: int, side: int = 128) -> Image.Image:
    """Cells in rows of `columns`; the pictures of a cell stand side by side, `side` px each."""
    abreast = max(len(pictures) for _, pictures in cells)
    width, height = abreast * side + GAP, side + LINES * LINE + GAP
    rows = -(-len(cells) // columns)
    page = Image.new("RGB", (columns * width + GAP, rows * height + GAP), PAPER)
    for index, cell in enumerate(cells):
        _cell(page, cell, GAP + index % columns * width, GAP + index // columns * height, side)
    return page


def _cell(page: Image.Image, cell: Cell, left: int, top: int, side: int) -> None:
    caption, pictures = cell
    for index, picture in enumerate(pictures):
        page.paste(picture.resize((side, side), Resampling.NEAREST), (left + index * side, top))
    letters = len(pictures) * side // 6
    lines = textwrap.wrap(caption, letters, max_lines=LINES, placeholder=" …")
    font = ImageFont.load_default(FONT)
    ImageDraw.Draw(page).text((left, top + side + 1), "\n".join(lines), INK, font, spacing=2)
