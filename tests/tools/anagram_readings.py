"""How often both readings of an anagram are seen: one draw, and the best of several.

    python -m tests.tools.anagram_readings OUT --pairs 100 --best-of 4
    python -m tests.tools.anagram_readings OUT --pairs 100 --best-of 4 --judge RUN
    python -m tests.tools.anagram_readings PLAIN --pairs 100 --plain

draws random pairs of the bundled concepts at stage I, the first half of them through flip, the
second through rotate-180 (with --plain each prompt by itself instead), and keeps every draw in OUT:
broken off, it goes on; with another judge it draws nothing again. The small judge that is shipped
ranks the draws, as `--best-of` does; the judge that is named (it, or RUN, a folder where
`diffuscope forge evaluate` trained one) says whether what was asked is among its five guesses.
OUT/readings-JUDGE.jsonl has a line a pair.
"""

import argparse
import json
import random
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
from engine.specs import Anagram, Generate
from engine.views import Resolution, view
from tests.support.fake_runs.serve import Serving

TOP, APART = 5, 64
"""Guesses among which a reading has to be; seeds from one pair's first to the next one's."""
VIEWS, PLAIN = ("flip", "rotate-180"), "plain"
SETTINGS = {
    *("first", "second", "view", "seed", "count", "prompt"),
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


@dataclass(frozen=True)
class Pair:
    """Two prompts, the view of the second, and what draws both: an anagram, or each by itself."""

    prompts: tuple[str, str]
    view: str
    requests: tuple[Anagram | Generate, ...]

    @property
    def count(self) -> int:
        """How often each request is drawn."""
        return self.requests[0].count

    @property
    def seed(self) -> int:
        """Of the first draw."""
        return self.requests[0].seed

    def readings(self, pictures: Sequence[Image.Image]) -> list[Tensor]:
        """Of every draw what is to be seen of each prompt, two of (N,3,h,w) in [-1,1]."""
        if self.view == PLAIN:
            return [_through("identity", pictures[: self.count]),
                    _through("identity", pictures[self.count :])]  # fmt: skip
        return [_through("identity", pictures), _through(self.view, pictures)]


def random_pairs(names: Sequence[str], count: int, seed: int) -> list[tuple[str, str]]:
    """Pairs of two different names, all pairs different; the same for the same seed."""
    pick = random.Random(seed)
    pairs: dict[frozenset[str], tuple[str, str]] = {}
    while len(pairs) < count:
        one, two = pick.sample(names, 2)
        pairs.setdefault(frozenset((one, two)), (one, two))
    return list(pairs.values())


def asked(given: argparse.Namespace) -> list[Pair]:
    """Every pair; the same prompts and seeds whatever the reduction."""
    names = [concept.phrases[0] for concept in bundled_concepts()]
    pairs = random_pairs(names, given.pairs, given.seed)
    how = {name: value for name in ("guidance", "steps") if (value := getattr(given, name))}
    how |= {"count": given.best_of, "stage2": "none", "model": given.model}
    views = [PLAIN if given.plain else VIEWS[2 * at // len(pairs)] for at in range(len(pairs))]
    return [
        _pair(prompts, view, given.reduction, how | {"seed": given.seed + APART * number})
        for number, (prompts, view) in enumerate(zip(pairs, views, strict=True))
    ]


def _pair(prompts: tuple[str, str], view: str, reduction: str, how: dict[str, Any]) -> Pair:
    one, two = prompts
    if view == PLAIN:
        return Pair(prompts, view, tuple(Generate(prompt=prompt, **how) for prompt in prompts))
    through: dict[str, Any] = {"view": ("identity", view), "reduction": reduction}
    return Pair(prompts, view, (Anagram(first=one, second=two, **through, **how),))


def draw(pairs: Sequence[Pair], out: Path) -> None:
    """Draw what is not there yet: OUT/NNN.png has the pictures of a pair side by side."""
    out.mkdir(parents=True, exist_ok=True)
    _same_settings(pairs, out / "settings.json")
    with tempfile.TemporaryDirectory() as scratch:
        serving = Serving(Path(scratch))
        for number, pair in enumerate(pairs):
            if not (file := _file(out, number)).is_file():
                runs = [
                    serving.serve(request, f"{number}-{at}")
                    for at, request in enumerate(pair.requests)
                ]
                results = [path for run in runs for path in run.state.results]
                _keep([Image.open(path).convert("RGB") for path in results], file)
                sys.stderr.write(f"drawn {number + 1} of {len(pairs)}\n")


def judged(pairs: Sequence[Pair], out: Path, ranking: Eye, examiner: Eye) -> Iterator[Line]:
    """What both judges say of every draw of a pair, the best first in `order`."""
    for number, pair in enumerate(pairs):
        looks = pair.readings(_pictures(_file(out, number)))
        columns = [
            ranking.probabilities(look)[:, ranking.names.index(name)].tolist()
            for look, name in zip(looks, pair.prompts, strict=True)
        ]
        probabilities = tuple(zip(*columns, strict=True))
        guesses = [_guesses(examiner, look) for look in looks]
        yield {
            "pair": number, "prompts": pair.prompts, "view": pair.view, "seed": pair.seed,
            "probabilities": probabilities, "guesses": guesses,
            "seen": [[n in g for g in gs] for n, gs in zip(pair.prompts, guesses, strict=True)],
            "order": Ranking(pair.prompts, probabilities).order,
        }  # fmt: skip


def figures(lines: Sequence[Line]) -> Iterator[str]:
    """One draw, the best of all, and whether any shows both, with 95 % intervals (Wilson)."""
    for name in (*VIEWS, PLAIN, "all"):
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


def _through(name: str, pictures: Sequence[Image.Image]) -> Tensor:
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


def _pictures(file: Path) -> list[Image.Image]:
    page = Image.open(file).convert("RGB")
    side = page.height
    return [page.crop((left, 0, left + side, side)) for left in range(0, page.width, side)]


def _same_settings(pairs: Sequence[Pair], file: Path) -> None:
    requests = (request for pair in pairs for request in pair.requests)
    text = json.dumps([spec.model_dump(mode="json", include=SETTINGS) for spec in requests])
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
    from engine.forge.judge.learn import learned
    from engine.forge.judge.renderings import HEADS

    large = learned(folder)
    names = large.names[HEADS.index("concept")]
    return Eye(names, lambda shown: large.look(shown).probabilities["concept"])


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
    flags.add_argument("--plain", action="store_true", help="draw each prompt by itself instead")
    flags.add_argument("--model", default="tiny-if", help="cascade folder")
    flags.add_argument("--guidance", type=float, help="the spec's own where none is named")
    flags.add_argument("--steps", type=int, help="the spec's own where none is named")
    return flags


def main() -> None:
    """Draw, judge, and print the figures."""
    given = _flags().parse_args()
    pairs = asked(given)
    draw(pairs, given.out)
    if given.judge == "none":
        return
    ranking = shipped()
    examiner = ranking if given.judge == "shipped" else trained(Path(given.judge))
    lines = list(judged(pairs, given.out, ranking, examiner))
    file = given.out / f"readings-{Path(given.judge).name}.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    for told in figures(lines):
        sys.stdout.write(told + "\n")


if __name__ == "__main__":
    main()
