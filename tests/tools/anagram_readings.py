"""How often both readings of an anagram are seen: one draw, and the best of several.

    python -m tests.tools.anagram_readings OUT --pairs 100 --best-of 4
    python -m tests.tools.anagram_readings OUT --pairs 100 --best-of 4 --judge RUN

draws random pairs of the bundled concepts at stage I, the first half of them through flip, the
second through rotate-180, and keeps every draw in OUT: broken off, it goes on; with another judge
it draws nothing again. The small judge that is shipped ranks the draws, as `--best-of` does; the
judge that is named (it, or RUN, a folder where `diffuscope forge evaluate` trained one) says
whether what was asked is among its five guesses. OUT/readings-JUDGE.jsonl has a line a pair.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from engine import judge
from engine.digits.measures import accuracy
from engine.forge.captions import bundled_concepts
from engine.pictures.fit import to_array
from engine.sampling.ranking import Ranking
from engine.specs import Anagram
from engine.views import Resolution, view
from tests.support.fake_runs.serve import Serving
from tests.tools.illusions.rates import random_pairs

TOP, APART = 5, 64
"""Guesses among which a reading has to be; seeds from one pair's first to the next one's."""
VIEWS = ("flip", "rotate-180")
SETTINGS = {
    *("first", "second", "view", "seed", "count"),
    *("model", "reduction", "guidance", "steps"),
}
"""What decides what is drawn."""
Probabilities = Callable[[Tensor], Tensor]
"""Of pictures (N,3,h,w) in [-1,1] the probabilities (N,K) of the concepts."""
Line = dict[str, Any]


@dataclass(frozen=True)
class Eye:
    """A judge: the names of its concepts, and how likely each is."""

    names: Sequence[str]
    probabilities: Probabilities


def requests(given: argparse.Namespace) -> list[Anagram]:
    """The anagram of every pair; the same pairs and seeds whatever the reduction."""
    names = [concept.phrases[0] for concept in bundled_concepts()]
    pairs = random_pairs(names, given.pairs, given.seed)
    how = {name: value for name in ("guidance", "steps") if (value := getattr(given, name))}
    return [
        Anagram(
            first=one, second=two, view=("identity", VIEWS[2 * number // len(pairs)]),
            seed=given.seed + APART * number, count=given.best_of, stage2="none",
            model=given.model, reduction=given.reduction, **how,
        )
        for number, (one, two) in enumerate(pairs)
    ]  # fmt: skip


def draw(specs: Sequence[Anagram], out: Path) -> None:
    """Draw what is not there yet: OUT/NNN.png has the pictures of a pair side by side."""
    out.mkdir(parents=True, exist_ok=True)
    _same_settings(specs, out / "settings.json")
    with tempfile.TemporaryDirectory() as scratch:
        serving = Serving(Path(scratch))
        for number, spec in enumerate(specs):
            if not (file := _file(out, number)).is_file():
                results = serving.serve(spec, str(number)).state.results
                _keep([Image.open(path).convert("RGB") for path in results], file)
                sys.stderr.write(f"drawn {number + 1} of {len(specs)}\n")


def judged(specs: Sequence[Anagram], out: Path, ranking: Eye, examiner: Eye) -> Iterator[Line]:
    """What both judges say of every draw of a pair, the best first in `order`."""
    for number, spec in enumerate(specs):
        pictures = _pictures(_file(out, number), spec.count)
        looks = [_seen(name, pictures) for name in spec.view]
        wanted = (spec.first, spec.second)
        columns = [
            ranking.probabilities(look)[:, ranking.names.index(name)].tolist()
            for look, name in zip(looks, wanted, strict=True)
        ]
        probabilities = tuple(zip(*columns, strict=True))
        guesses = [_guesses(examiner, look) for look in looks]
        yield {
            "pair": number, "prompts": wanted, "view": spec.view[1], "seed": spec.seed,
            "probabilities": probabilities, "guesses": guesses,
            "seen": [[n in g for g in gs] for n, gs in zip(wanted, guesses, strict=True)],
            "order": Ranking(wanted, probabilities).order,
        }  # fmt: skip


def figures(lines: Sequence[Line]) -> Iterator[str]:
    """One draw, the best of all, and whether any shows both, with 95 % intervals (Wilson)."""
    for name in (*VIEWS, "all"):
        own = [line for line in lines if name in (line["view"], "all")]
        if own:
            yield from (f"{name:<12}{told}" for told in _shares(own))


def _shares(lines: Sequence[Line]) -> Iterator[str]:
    count = len(lines[0]["order"])
    best = f"best of {count}"
    for title, pick in (("one draw", lambda line: 0), (best, lambda line: line["order"][0])):
        seen = [[reading[pick(line)] for reading in line["seen"]] for line in lines]
        yield _share(f"{title}, both", [all(each) for each in seen])
        yield _share(f"{title}, first", [first for first, _ in seen])
        yield _share(f"{title}, second", [second for _, second in seen])
    both = [any(map(all, zip(*line["seen"], strict=True))) for line in lines]
    yield _share(f"any of {count}, both", both)


def _share(what: str, right: Sequence[bool]) -> str:
    found = accuracy(torch.tensor(right))
    low, high = (100 * end for end in found["interval"])
    told = f"{found['right']:>4} of {found['of']:<4} {100 * found['share']:5.1f} %"
    return f"{what:<22}{told}  ({low:.1f} to {high:.1f})"


def _seen(name: str, pictures: Sequence[Image.Image]) -> Tensor:
    """Pictures through a view, (N,3,h,w) in [-1,1]."""
    looked = [view(name).at(Resolution(p.width)).seen_image(p) for p in pictures]
    return torch.stack([torch.from_numpy(to_array(image)) for image in looked])


def _guesses(eye: Eye, look: Tensor) -> list[list[str]]:
    likeliest = eye.probabilities(look).topk(min(TOP, len(eye.names)), dim=1).indices
    return [[eye.names[index] for index in row] for row in likeliest.tolist()]


def _file(out: Path, number: int) -> Path:
    return out / f"{number:03d}.png"


def _keep(pictures: Sequence[Image.Image], file: Path) -> None:
    side = pictures[0].width
    page = Image.new("RGB", (side * len(pictures), side))
    for at, picture in enumerate(pictures):
        page.paste(picture, (side * at, 0))
    part = file.with_suffix(".part")
    page.save(part, "PNG")
    part.rename(file)


def _pictures(file: Path, count: int) -> list[Image.Image]:
    page = Image.open(file).convert("RGB")
    side = page.height
    return [page.crop((side * at, 0, side * (at + 1), side)) for at in range(count)]


def _same_settings(specs: Sequence[Anagram], file: Path) -> None:
    text = json.dumps([spec.model_dump(mode="json", include=SETTINGS) for spec in specs])
    if not file.exists():
        file.write_text(text, "utf-8")
    elif file.read_text("utf-8") != text:
        raise SystemExit(f"{file.parent} holds other draws: name another folder")


def shipped() -> Eye:
    """The small judge."""
    small = judge.bundled()
    return Eye(small.concepts, small.probabilities)


def trained(folder: Path) -> Eye:
    """The judge that a training left in a folder."""
    from engine.forge.classifier.learn import learned
    from engine.forge.classifier.network import look

    classifier = learned(folder)
    return Eye(classifier.names[0], lambda shown: look(classifier, shown).probabilities["concept"])


def _flags() -> argparse.ArgumentParser:
    flags = argparse.ArgumentParser(
        prog="python -m tests.tools.anagram_readings", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    flags.add_argument("out", type=Path, help="folder of the draws, to be gone on with")
    flags.add_argument("--pairs", type=int, default=100)
    flags.add_argument("--seed", type=int, default=2718, help="of the pairs and the first draw")
    flags.add_argument("--reduction", default="mean")
    flags.add_argument("--best-of", type=int, default=1, help=f"draws of each pair, to {APART}")
    flags.add_argument("--judge", default="shipped", help="shipped, a folder, or none: only draw")
    flags.add_argument("--model", default="tiny-if", help="cascade folder")
    flags.add_argument("--guidance", type=float, help="the spec's own where none is named")
    flags.add_argument("--steps", type=int, help="the spec's own where none is named")
    return flags


def main() -> None:
    """Draw, judge, and print the figures."""
    given = _flags().parse_args()
    specs = requests(given)
    draw(specs, given.out)
    if given.judge == "none":
        return
    ranking = shipped()
    examiner = ranking if given.judge == "shipped" else trained(Path(given.judge))
    lines = list(judged(specs, given.out, ranking, examiner))
    file = given.out / f"readings-{Path(given.judge).name}.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    for told in figures(lines):
        sys.stdout.write(told + "\n")


if __name__ == "__main__":
    main()
