"""Render a folder of captioned pictures from emoji art.

    python -m engine.forge.emoji --font NotoColorEmoji.ttf --twemoji node_modules/@twemoji/svg OUT

For stage II of the forge's gpu recipe the pictures have 256 px, which is more than the font's:

    python -m engine.forge.emoji --size 256 --noto noto-emoji/svg --twemoji ... OUT

The folder is in the form that Hugging Face's `imagefolder` reads: PNG files and a
`metadata.jsonl` of `file_name`, `text`, and here also what the picture was made of.
"""

import argparse
import json
import random
from pathlib import Path

from PIL import Image

from engine import vocabulary
from engine.errors import BadInput, Unavailable
from engine.forge import emoji_art
from engine.forge.captions import (
    COLOURS,
    Colour,
    Concept,
    bundled_concepts,
    caption,
    pick_style,
    read_concepts,
    spoken,
)
from engine.forge.styles import STYLE_FILTERS

PER_FOLDER = 1000
MIRRORED = 0.15
"""Share of mirrored drawings: at one half, a slanting thing is first learned as a cross."""


def place(drawing: Image.Image, rng: random.Random) -> Image.Image:
    """The drawing at a random size (0.78-1 of the side) and position, sometimes mirrored."""
    side = drawing.width
    size = round(side * rng.uniform(0.78, 1.0))
    canvas = Image.new("RGBA", drawing.size)
    small = drawing.resize((size, size), Image.Resampling.LANCZOS)
    if rng.random() < MIRRORED:
        small = small.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    canvas.paste(small, (rng.randint(0, side - size), rng.randint(0, side - size)))
    return canvas


def shade(colour: Colour, rng: random.Random) -> Colour:
    """The colour with up to 10 levels of jitter per channel."""
    red, green, blue = (min(255, max(0, value + rng.randint(-10, 10))) for value in colour)
    return red, green, blue


def render(
    drawings: dict[str, list[Image.Image]], concepts: list[Concept], seed: int, index: int
) -> tuple[Image.Image, dict[str, str]]:
    """Sample `index` of the data set with this seed: an RGB picture and its metadata row.

    The first drawing of a concept is used twice as often as its others.
    """
    rng = random.Random(seed * 1_000_003 + index)
    often = [concept for concept in concepts for _ in range(concept.weight)]
    concept = often[index % len(often)]
    choices = drawings[concept.code]
    drawing = rng.choice([choices[0], *choices])
    style, colour = pick_style(rng), rng.choice(list(COLOURS))
    picture = STYLE_FILTERS[style](place(drawing, rng), shade(COLOURS[colour], rng), rng)
    text = caption(concept, style, colour, rng)
    row = {"text": text, "concept": concept.phrases[0], "style": style, "colour": colour}
    return picture, row


def render_folder(
    out: Path, sources: list[emoji_art.Art], concepts: list[Concept], span: range, seed: int
) -> None:
    """Write samples `span` of the data set under `out`, one metadata row each."""
    drawings = {
        c.code: [d for s in sources if (d := emoji_art.composed(s)(c.code)) is not None]
        for c in concepts
    }
    known = [concept for concept in concepts if drawings[concept.code]]
    name = f"metadata-{span.start:07d}.jsonl" if span.start else "metadata.jsonl"
    out.mkdir(parents=True, exist_ok=True)
    with (out / name).open("w", encoding="utf-8") as rows:
        for index in span:
            picture, row = render(drawings, known, seed, index)
            file = Path(f"{index // PER_FOLDER:03d}") / f"{index:07d}.png"
            (out / file).parent.mkdir(exist_ok=True)
            picture.save(out / file, compress_level=1)
            rows.write(json.dumps({"file_name": file.as_posix(), **row}) + "\n")


def main() -> None:
    """Read the command line and render."""
    parser = argparse.ArgumentParser(description="Render captioned pictures from emoji art")
    parser.add_argument("out", type=Path, help="folder to write")
    parser.add_argument("--font", type=Path, help="NotoColorEmoji.ttf, whose glyphs have 128 px")
    parser.add_argument("--noto", type=Path, help="folder of Google's SVG files, sharp at any size")
    parser.add_argument("--twemoji", type=Path, help="folder of Twitter's SVG files")
    parser.add_argument(
        "--size", type=int, default=emoji_art.SIDE, metavar="PX",
        help="side of the pictures: stage II's, 128 in the cpu recipe, 256 in the gpu one [128]",
    )  # fmt: skip
    parser.add_argument("--concepts", type=Path, help="another table of concepts")
    parser.add_argument("--first", type=int, default=0, help="index of the first sample")
    parser.add_argument("--count", type=int, default=30_000, help="number of samples")
    parser.add_argument("--seed", type=int, default=2718)
    args = parser.parse_args()
    if not 32 <= args.size <= 1024:
        parser.error(f"--size {args.size}: write a side from 32 to 1024")
    kinds = (
        (args.font, emoji_art.noto),
        (args.noto, emoji_art.noto_vectors),
        (args.twemoji, emoji_art.twemoji),
    )
    try:
        sources = [source(where, args.size) for where, source in kinds if where]
    except (BadInput, Unavailable) as error:
        parser.error(str(error))
    if not sources:
        parser.error("nothing to draw from: give --font, --noto, --twemoji or several")
    table = read_concepts(args.concepts.read_text("utf-8")) if args.concepts else bundled_concepts()
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / vocabulary.FILE).write_text(spoken(table).to_json(), "utf-8")
    render_folder(args.out, sources, table, range(args.first, args.first + args.count), args.seed)


if __name__ == "__main__":
    main()
