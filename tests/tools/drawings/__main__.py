"""Draws the bundled pictures anew."""

from engine.pictures.sources import FOLDER
from tests.tools.drawings.cat import cat
from tests.tools.drawings.tower import tower
from tests.tools.drawings.truck import truck

DRAWINGS = {"tower": tower, "cat": cat, "truck": truck}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, draw in DRAWINGS.items():
        draw().save(FOLDER / f"{name}.png", optimize=True)
