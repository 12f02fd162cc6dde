"""Draws the bundled pictures anew."""

from engine.pictures.source import FOLDER
from tests.drawings.cat import cat
from tests.drawings.tower import tower
from tests.drawings.truck import truck

DRAWINGS = {"tower": tower, "cat": cat, "truck": truck}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, draw in DRAWINGS.items():
        draw().save(FOLDER / f"{name}.png", optimize=True)
