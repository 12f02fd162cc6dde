"""The six pairs of the source as one sheet, every seed drawn, with the judge's top-5."""

from collections.abc import Sequence
from typing import Any

from PIL import Image

from engine.forge.judge.heads import LargeJudge
from engine.runs.contact_sheet import Cell, contact_sheet
from engine.specs import Anagram, Hybrid, Illusion
from tests.support.fake_runs.serve import Serving
from tests.tools.illusions.guesses import guesses
from tests.tools.illusions.readings import Reading, readings

SEED, SEEDS, COLOURS = 2718, 3, 96
SHOWN = {"guidance": 3, "stage2_steps": 40}
"""The guidance that its card finds best; with 20 steps stage II leaves more grain."""
OIL, PRINT = "an oil painting of", "a lithograph of"
PAIRS = (
    (f"{OIL} an old man", f"{OIL} people around a campfire"),
    (f"{OIL} a snowy mountain", f"{OIL} a dragon"),
    (f"{OIL} a beach", f"{OIL} an explosion"),
)
"""As they are, and upside down."""
HYBRIDS = (
    (f"{PRINT} a waterfall", f"{PRINT} a skull"),
    ("an astronaut", "a fish bowl"),
    ("a city in the rain", "an eye"),
)
"""Near, and from afar."""


def asked(seeds: int = SEEDS, **fields: Any) -> list[Illusion]:
    """The requests for all pairs."""
    few = {"count": seeds, "seed": SEED, **SHOWN, **fields}
    anagrams = [Anagram(first=one, second=two, **few) for one, two in PAIRS]
    return [*anagrams, *(Hybrid(high=near, low=far, **few) for near, far in HYBRIDS)]


def sheet(serving: Serving, specs: Sequence[Illusion], judge: LargeJudge | None) -> Image.Image:
    """A row a pair; the readings of each seed side by side."""
    rows = [row(spec, drawn(serving, spec, f"sheet-{n}"), judge) for n, spec in enumerate(specs)]
    return contact_sheet(rows, title(specs[0], judge))


def drawn(serving: Serving, spec: Illusion, name: str) -> list[Image.Image]:
    """The pictures of the last stage, one for each seed."""
    return [Image.open(path).convert("RGB") for path in serving.serve(spec, name).state.results]


def row(spec: Illusion, pictures: Sequence[Image.Image], judge: LargeJudge | None) -> list[Cell]:
    """The pair's name, and its readings with what the judge says of them."""
    shown = [reading for picture in pictures for reading in readings(spec, picture)]
    said = [()] * len(shown) if judge is None else _said(judge, shown)
    cells = (Cell(r.label, r.picture, lines) for r, lines in zip(shown, said, strict=True))
    return [Cell("hybrid" if isinstance(spec, Hybrid) else "anagram", None), *cells]


def title(spec: Illusion, judge: LargeJudge | None) -> str:
    """Which pictures these are, and that none was chosen."""
    last = spec.seed + spec.count - 1
    told = f"seeds {spec.seed} to {last}, all shown · guidance {spec.guidance:g} and"
    told += f" {spec.stage2_guidance:g} · {spec.steps} + {spec.stage2_steps} steps"
    return told if judge is None else f"{told} · the judge's five guesses, > what was asked"


def _said(judge: LargeJudge, shown: Sequence[Reading]) -> list[tuple[str, ...]]:
    said = guesses(judge, shown)
    return [tuple(g.line(r.concept) for g in each) for r, each in zip(shown, said, strict=True)]
