"""Readings of anagrams, measured: which pairs, what is drawn once, who ranks and who examines."""

import json
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from engine.specs import Anagram
from tests.tools import anagram_readings
from tests.tools.anagram_readings import Eye, Pair

NAMES = ("a red thing", "a blue thing")


def by_colour(pictures: Tensor) -> Tensor:
    """What the upper half of a picture is, red or blue."""
    upper = pictures[:, :, : pictures.shape[2] // 2].mean(dim=(2, 3)) / 2 + 0.5
    return upper[:, [0, 2]]


def asked(out: Path, *more: str) -> list[Pair]:
    given = anagram_readings._flags().parse_args([str(out), "--pairs", "6", *more])
    return anagram_readings.asked(given)


def levels(picture: Tensor) -> int:
    """The red of the first pixel, of 255."""
    return round(float(picture[0, 0, 0] / 2 + 0.5) * 255)


def halves(upper: tuple[int, int, int], lower: tuple[int, int, int]) -> Image.Image:
    picture = Image.new("RGB", (32, 32), upper)
    picture.paste(lower, (0, 16, 32, 32))
    return picture


def test_the_first_half_is_flipped_and_the_second_turned(tmp_path: Path) -> None:
    pairs = asked(tmp_path, "--best-of", "4", "--reduction", "alternate", "--guidance", "3")
    assert [pair.view for pair in pairs] == ["flip"] * 3 + ["rotate-180"] * 3
    assert len({frozenset(pair.prompts) for pair in pairs}) == 6
    seeds = [range(pair.seed, pair.seed + pair.count) for pair in pairs]
    assert len({seed for own in seeds for seed in own}) == 24
    for pair in pairs:
        (spec,) = pair.requests
        assert isinstance(spec, Anagram)
        assert (spec.first, spec.second) == pair.prompts
        assert spec.view == ("identity", pair.view)
        assert (spec.reduction, spec.guidance, spec.stage2) == ("alternate", 3.0, "none")
    same = [(pair.prompts, pair.seed) for pair in pairs]
    assert [(pair.prompts, pair.seed) for pair in asked(tmp_path)] == same


def test_plainly_each_prompt_is_drawn_by_itself_with_the_seed_of_the_pair(tmp_path: Path) -> None:
    pairs = asked(tmp_path, "--plain", "--best-of", "2")
    assert [(pair.prompts, pair.seed) for pair in pairs] == [
        (pair.prompts, pair.seed) for pair in asked(tmp_path)
    ]
    (one, two), pictures = pairs[0].requests, [halves((9 * i, 0, 0), (9, 9, 9)) for i in range(4)]
    assert (one.title(), two.title()) == pairs[0].prompts
    assert one.seed == two.seed == pairs[0].seed
    first, second = pairs[0].readings(pictures)
    assert [levels(picture) for picture in (*first, *second)] == [0, 9, 18, 27]


def test_the_judge_that_ranks_is_not_the_one_that_examines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anagram_readings, "TOP", 1)
    spec = Anagram(first=NAMES[0], second=NAMES[1], count=3, seed=5)
    pair = Pair(NAMES, "flip", (spec,))
    draws = [halves((255, 0, 0), (255, 0, 0)), halves((99, 0, 0), (0, 0, 99)),
             halves((255, 0, 0), (0, 0, 200))]  # fmt: skip
    anagram_readings._keep(draws, tmp_path / "000.png")
    blind = Eye(NAMES, lambda pictures: torch.tensor([[0.0, 1.0]]).expand(len(pictures), -1))
    (line,) = anagram_readings.judged([pair], tmp_path, Eye(NAMES, by_colour), blind)
    assert line["order"] == (2, 1, 0)
    assert line["seen"] == [[False] * 3, [True] * 3]
    (line,) = anagram_readings.judged([pair], tmp_path, blind, Eye(NAMES, by_colour))
    assert line["order"] == (0, 1, 2)
    assert line["seen"] == [[True] * 3, [False, True, True]]


def test_the_figures_are_of_one_draw_of_the_best_and_of_any() -> None:
    line = {"view": "flip", "order": (2, 0, 1), "seen": [[False, True, True], [True, False, True]]}
    other = line | {"order": (0, 1, 2), "view": "rotate-180"}
    told = list(anagram_readings.figures([line, other]))
    counts = {text[:34].strip(): text[34:].split()[:3] for text in told}
    assert counts["all         one draw, both"] == ["0", "of", "2"]
    assert counts["all         best of 3, both"] == ["1", "of", "2"]
    assert counts["all         best of 3, second"] == ["2", "of", "2"]
    assert counts["all         any of 3, both"] == ["2", "of", "2"]
    assert counts["flip        best of 3, both"] == ["1", "of", "1"]
    assert all("(" in text for text in told)


def test_what_is_drawn_is_kept_and_other_settings_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Painter:
        def __init__(self, folder: Path) -> None:
            self.folder = folder

        def serve(self, spec: Anagram, name: str) -> "Painter":
            drawn.append(spec.seed)
            halves((9, 9, 9), (9, 9, 9)).save(self.folder / "one.png")
            self.results = [self.folder / "one.png"] * spec.count
            return self

        @property
        def state(self) -> "Painter":
            return self

    drawn: list[int] = []
    monkeypatch.setattr(anagram_readings, "Serving", Painter)
    out = tmp_path / "out"
    pairs = asked(out, "--best-of", "2")
    anagram_readings.draw(pairs, out)
    (out / "003.png").unlink()
    anagram_readings.draw(pairs, out)
    assert drawn == [*(pair.seed for pair in pairs), pairs[3].seed]
    assert Image.open(out / "000.png").size == (64, 32)
    assert len(json.loads((out / "settings.json").read_text())) == 6
    with pytest.raises(SystemExit, match="holds other draws"):
        anagram_readings.draw(asked(out, "--best-of", "2", "--steps", "3"), out)
