"""An evaluation leaves its figures and a page in the training's folder, and says what it found."""

import json
import queue
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from engine import events
from engine.digits import measures
from engine.digits.classifier import network
from engine.digits.data import mnist_test
from engine.events import Event
from engine.specs import DigitEvaluate, DigitOod, Spec
from engine.worker import Worker
from tests.support.fake_runs.trained import a_look, a_training

Ask = Callable[..., list[Event]]


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few hundred real digits are enough here."""
    monkeypatch.setattr(measures, "MAX_REAL", 300)


@pytest.fixture
def ask(engine: tuple[Worker, queue.Queue[Event]], until_end: Callable[[str], list[Event]]) -> Ask:
    def run(kind: type[Spec], training: Path, **fields: Any) -> list[Event]:
        return until_end(engine[0].submit(kind.parse({"training": str(training), **fields})))

    return run


def _reports(seen: list[Event]) -> dict[str, events.Report]:
    return {e.topic: e for e in seen if isinstance(e, events.Report)}


def _figures(folder: Path, name: str = "evaluation") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())
    with Image.open(folder / f"{name}.png") as page:
        assert page.width > 300
    return found


def test_a_class_model_by_digit_and_guidance(ask: Ask, tmp_path: Path) -> None:
    run = a_training(tmp_path / "run")
    seen = ask(DigitEvaluate, run, guidances="0,3", count=2, batch=15, steps=4)
    assert isinstance(seen[-1], events.Done)
    found = _figures(run)
    none, guided = found["samples"]
    assert (none["guidance"], guided["guidance"]) == (0, 3)
    assert "accuracy" not in none  # nothing was asked for
    assert guided["accuracy"]["of"] == 20
    assert len(guided["by_digit"]) == 10
    for row in (none, guided):
        assert sum(row["digits_seen"]) == 20
        assert row["frechet"] > row["floor"]  # random weights draw nothing like digits
    assert found["real"]["ladder_rises"]
    assert "the small set" in found["data"]
    assert found["test_data"] == "MNIST's test half"
    assert found["judge"] == network.card()
    assert _reports(seen)["measured by"].found.startswith(f"judge {found['judge']['sha256'][:8]}, ")
    assert found["curve"] == []
    wrong = next(e for e in seen if isinstance(e, events.Report) and not e.ok)
    assert wrong.topic == "guidance 3"
    assert "of 20 are the digit asked for" in wrong.found


def test_the_same_seeds_give_the_same_figures_in_other_batches(ask: Ask, tmp_path: Path) -> None:
    run = a_training(tmp_path / "run")
    found = []
    for batch in (7, 20):
        ask(DigitEvaluate, run, guidances="1", count=2, batch=batch, steps=4, curve=False)
        found.append(_figures(run)["samples"][0])
    assert found[0]["digits_seen"] == found[1]["digits_seen"]
    assert found[0]["frechet"] == pytest.approx(found[1]["frechet"], rel=1e-2)


def test_a_model_of_time_by_its_variety(ask: Ask, tmp_path: Path) -> None:
    run = a_training(tmp_path / "run", "time", objective="flow")
    seen = ask(DigitEvaluate, run, count=2, steps=4)
    row = _figures(run)["samples"][0]
    assert "accuracy" not in row
    assert 0 <= row["class_entropy_bits"] <= 3.33
    assert "bits of classes" in _reports(seen)["no class"].found


def test_the_curve_of_what_was_drawn_after_each_epoch(ask: Ask, tmp_path: Path) -> None:
    """The first epoch drew noise, the second real digits of the right kind."""
    run, test = a_training(tmp_path / "run"), mnist_test()
    order = measures.spread(test.labels)[:40]
    real = test.images[order][None]
    noise = torch.randint(0, 256, real.shape, dtype=torch.uint8, generator=torch.Generator())
    for epoch, x in ((1, noise), (2, real)):
        tensors = {"x": x, "x0": x, "timesteps": torch.tensor([0]), "labels": test.labels[order]}
        a_look(run, "class", epoch, tensors)
    ask(DigitEvaluate, run, guidances="1", count=1, steps=4)
    first, second = _figures(run)["curve"]
    assert (first["epoch"], second["epoch"], second["samples"]) == (1, 2, 40)
    assert first["accuracy"]["share"] < 0.3
    assert second["accuracy"]["share"] >= 0.95
    assert second["frechet"] < first["frechet"] / 10


def test_a_torn_epoch_is_left_out_and_told_of(ask: Ask, tmp_path: Path) -> None:
    run = a_training(tmp_path / "run")
    a_look(run, "class", 1, {"x": torch.zeros(1, 1, 28, 28)})
    (run / "class" / "samples" / "step-00000010.safetensors").write_bytes(b"torn")
    seen = ask(DigitEvaluate, run, guidances="1", count=1, steps=4)
    assert _figures(run)["curve"] == []
    assert any("gone or damaged" in e.text for e in seen if isinstance(e, events.Status))


def test_a_denoiser_by_psnr(ask: Ask, tmp_path: Path) -> None:
    run = a_training(tmp_path / "run", "denoiser")
    pictures = mnist_test().images[:3]
    a_look(run, "denoiser", 1, {"noisy": pictures, "predicted": pictures, "clean": pictures})
    ask(DigitEvaluate, run, count=1)
    found = _figures(run)
    rows = {row["sigma"]: row for row in found["psnr"]["by_sigma"]}
    assert found["psnr"]["digits"] == 10
    assert rows[0.0]["noisy"] is None
    assert rows[0.5]["noisy"] == pytest.approx(6.02, abs=0.1)  # 20 log10 2
    assert found["curve"][0]["psnr"] is None


def test_out_of_distribution(ask: Ask, tmp_path: Path) -> None:
    run = a_training(tmp_path / "run", "denoiser", noise=0.4)
    seen = ask(DigitOod, run, sigmas="0,0.5,1", count=4)
    found = _figures(run, "ood")
    assert [row["sigma"] for row in found["by_sigma"]] == [0, 0.5, 1]
    assert found["trained_at_sigma"] == 0.4
    assert found["data"] == "MNIST's test half"
    assert found["pure_noise"]["psnr_to_mean_digit"] is not None
    assert list(_reports(seen)) == ["σ 0", "σ 0.5", "σ 1", "pure noise"]


def test_what_cannot_be_measured_is_one_line(ask: Ask, tmp_path: Path) -> None:
    for training, kind, line in (
        (a_training(tmp_path / "a", data="fashion"), DigitEvaluate, "was trained on Fashion-MNIST"),
        (a_training(tmp_path / "b"), DigitOod, "is a model of class, not a one-step denoiser"),
    ):
        ending = ask(kind, training)[-1]
        assert isinstance(ending, events.Failed)
        assert ending.code == 2
        assert line in ending.message


def test_a_stopped_evaluation_writes_nothing(
    engine: tuple[Worker, queue.Queue[Event]],
    until_end: Callable[[str], list[Event]],
    tmp_path: Path,
) -> None:
    run = a_training(tmp_path / "run")
    name = engine[0].submit(DigitEvaluate(training=str(run), count=2))
    control = engine[0].control(name)
    assert control is not None
    control.cancel()
    assert isinstance(until_end(name)[-1], events.Cancelled)
    assert not (run / "evaluation.json").exists()
