"""The error on held-out art stands beside the loss, and is the one that the card measures."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from engine.checkpoints import open_cascade
from engine.diffusion.denoiser import NOISE_LEVEL
from engine.errors import BadInput
from engine.forge import validation
from engine.forge.evaluation import fineness
from engine.forge.evaluation.batch_sampler import Artist
from engine.forge.pipeline import forge
from engine.forge.sampling import SEED
from engine.runs.training_log import TrainingLog
from engine.specs import Evaluate
from engine.specs.forge import Forge

Ask = Callable[..., Forge]


def quiet(*_: object) -> None:
    """Report nothing."""


def test_the_error_on_held_out_art_is_a_curve_and_that_of_the_card(
    ask: Ask, held_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validation, "COUNT", 2)  # as many as there are in its last tenth
    sides = {"small": 16, "large": 32, "crop": 16}
    spec = ask(tmp_path, held_out=str(held_out), folder=str(held_out), sample_every=1, **sides)
    forge(spec, quiet, lambda: False)
    asked = Evaluate.parse({"folder": str(held_out), "seed": str(SEED)})
    cascade = open_cascade(str(tmp_path / "cascade"), "auto", "cpu", quiet)
    artist = Artist(cascade, asked, tmp_path, quiet, lambda: False)
    assert asked.noise_level == NOISE_LEVEL
    names = ("a red square",), ("red",), ()
    figures = fineness.measure(artist, names, 1.0)
    for stage in ("stage1", "stage2"):
        curves = TrainingLog.read(tmp_path).parts[stage].curves
        found = [curves[f"ε̂ error, t = {t}"] for t in fineness.TIMESTEPS]
        assert [curve.steps for curve in found] == [[1, 2]] * 4
        last = [curve.values[-1] for curve in found]
        assert last == pytest.approx(figures[stage]["errors"], rel=0.01)  # in half precision


def test_without_held_out_art_nothing_is_measured(ask: Ask, tmp_path: Path) -> None:
    measure = validation.held_out_error(ask(tmp_path), 1, lambda texts: torch.zeros(0))  # type: ignore[arg-type]
    assert measure(None) == {}


def test_a_folder_without_plain_renderings_is_refused(
    ask: Ask, captioned: Path, tmp_path: Path
) -> None:
    (tmp_path / "metadata.jsonl").touch()
    for folder, said in ((tmp_path, "no plain renderings in"), (captioned, "text and style")):
        spec = ask(tmp_path, held_out=str(folder))
        with pytest.raises(BadInput, match=said):
            validation.held_out_error(spec, 1, lambda texts: torch.zeros(0))  # type: ignore[arg-type]
