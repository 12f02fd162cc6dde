"""Inpaint: byte for byte outside the mask, known answers for known masks, jumps as they are."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from safetensors.torch import load_file
from torch import Tensor

from engine import events
from engine.events import Event
from engine.pictures import fitted
from engine.runs import Run
from engine.sampling import cost_guard
from engine.specs import Generate, Inpaint, samplers
from tests.engine.conftest import Draw, Serve, refusal

CHAIN = "900,600,300,0"
METHODS = ("course", "repaint", "if")
Paint = Callable[..., Run]
T = TypeVar("T", bound=Event)


@pytest.fixture
def hole(tmp_path: Path) -> Path:
    """White in the middle, black around it, of the photo's shape."""
    return _mask(tmp_path / "hole.png", (40, 30), (12, 8, 27, 21))


def _mask(path: Path, size: tuple[int, int], box: tuple[int, int, int, int] | None) -> Path:
    mask = Image.new("L", size, 0)
    if box:
        ImageDraw.Draw(mask).rectangle(box, fill=255)
    mask.save(path)
    return path


def _plain(path: Path, level: int) -> str:
    Image.new("L", (40, 30), level).save(path)
    return str(path)


@pytest.fixture
def paint(serve: Serve, photo: Path, hole: Path) -> Paint:
    """Run an Inpaint spec on the tiny cascade with four timesteps."""
    few = {"prompt": "a rocket", "timesteps": CHAIN, "stage2_steps": 2, "jump": 1, "resample": 2}

    def run(name: str = "run", **fields: Any) -> Run:
        return serve(Inpaint, name, **({"image": str(photo), "mask": str(hole)} | few | fields))

    return run


def _saved(run: Run) -> dict[str, Tensor]:
    saved: dict[str, Tensor] = load_file(run.trajectory)
    return saved


def _all(run: Run, kind: type[T]) -> list[T]:
    return [event for event in run.events if isinstance(event, kind)]


def _array(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image).astype(int)


@pytest.mark.parametrize("method", METHODS)
def test_outside_the_mask_both_stages_are_the_original_byte_for_byte(
    paint: Paint, photo: Path, method: str
) -> None:
    run = paint(method=method, count=2)
    assert isinstance(run.ending, events.Done)
    for masked, result in zip(_all(run, events.Masked), _all(run, events.Result), strict=True):
        original, mask = (_array(run.folder / f) for f in (masked.original, masked.mask))
        outside = mask == 0
        assert 0.5 < outside.mean() < 0.9
        for file in result.files:
            made = _array(run.folder / file)
            assert (made[outside] == original[outside]).all()
            assert (made[~outside] != original[~outside]).mean() > 0.5
    with Image.open(photo) as given:
        for side, masked in zip((16, 32), _all(run, events.Masked), strict=True):
            kept = _array(run.folder / masked.original)
            assert (kept == np.asarray(fitted(given, side, "crop"), int)).all()


def test_what_a_run_says_and_leaves(paint: Paint) -> None:
    run = paint()
    (original,) = _all(run, events.Original)
    assert (original.title, original.note) == ("photo", "40×30, cropped to 16×16")
    first, second = _all(run, events.Masked)
    assert (first.stage, first.original, first.mask) == (1, "original.png", "mask.png")
    assert (second.stage, second.region) == (2, "region-2.png")
    assert (first.title, first.note) == ("hole", "40×30, cropped to 16×16")
    assert 0.15 < first.share < 0.35
    mask, region = _array(run.folder / first.mask), _array(run.folder / first.region)
    assert set(mask.ravel()) == {0, 255}
    assert (region[mask == 0] == 0).all()
    assert [d.stage for d in _all(run, events.Difference)] == [1, 2]
    for one in _all(run, events.Difference):
        assert one.outside == (0,)
        assert one.inside[0] > 1
    with Image.open(run.folder / first.mask) as kept:
        assert json.loads(kept.info["diffuscope"])["shows"] == "the mask"
    assert not _all(run, events.Notice)


@pytest.mark.parametrize("method", ["course", "repaint"])
def test_a_white_mask_is_plain_sampling_from_the_same_noise(
    paint: Paint, draw: Draw, tmp_path: Path, method: str
) -> None:
    """RePaint clips x̂0 plainly; without guidance the random network's x̂0 needs neither clip."""
    white = _plain(tmp_path / "white.png", 255)
    fields = {"timesteps": CHAIN, "count": 2, "stage2": "none"}
    run = paint("painted", mask=white, method=method, sampler="course", resample=1, **fields)
    drawn = draw("drawn", sampler="course", **fields)
    assert torch.equal(_saved(run)["x"], _saved(drawn)["x"])
    assert [p.read_bytes() != b"" for p in run.state.results] == [True, True]
    for a, b in zip(run.state.results, drawn.state.results, strict=True):
        assert (_array(a) == _array(b)).all()
    assert "white everywhere" in _all(run, events.Notice)[0].text


@pytest.mark.parametrize("method", METHODS)
def test_a_black_mask_returns_the_original_exactly(
    paint: Paint, tmp_path: Path, method: str
) -> None:
    run = paint(method=method, mask=_plain(tmp_path / "black.png", 0))
    for masked, result in zip(_all(run, events.Masked), _all(run, events.Result), strict=True):
        original = _array(run.folder / masked.original)
        assert (_array(run.folder / result.files[0]) == original).all()
    assert [d.inside + d.outside + d.seam for d in _all(run, events.Difference)] == [(0, 0, 0)] * 2
    (notice,) = _all(run, events.Notice)
    assert "nothing is replaced" in notice.text


def test_the_jumps_are_told_as_they_are(paint: Paint) -> None:
    run = paint(method="repaint", resample=2, stage2="none")
    chain = [900, 600, 900, 600, 300, 600, 300, 0, 300, 0]
    assert isinstance(run.spec, Inpaint)
    (planned,) = _all(run, events.Planned)
    assert planned.timesteps == (tuple(chain), ())
    assert [(f.timestep, f.next_timestep) for f in run.state.frames] == [
        (900, 600), (600, 900), (900, 600), (600, 300), (300, 600),
        (600, 300), (300, 0), (0, 300), (300, 0), (0, -1),
    ]  # fmt: skip
    assert [f.index for f in run.state.frames if f.goes_up] == [1, 4, 7]
    assert sum(not f.goes_up for f in run.state.frames) == run.spec.model_calls()[0] == 7
    assert {f.total for f in run.state.frames} == {10}
    up, before = run.state.frames[1], run.state.frames[0]
    assert up.eps_norm == before.eps_norm
    assert up.x0_change == (0.0,)
    saved = _saved(run)
    assert saved["timesteps"].tolist() == saved["chain"].tolist() == chain
    assert saved["x"].shape[0] == len(chain) + 1
    assert torch.equal(saved["x0"][0], saved["x0"][1])


def test_the_number_of_calls_is_said_before_the_first(paint: Paint) -> None:
    run = paint(method="repaint")
    kinds = [type(e) for e in run.events]
    (said,) = [e for e in run.events if isinstance(e, events.Status) and "model calls" in e.text]
    assert said.text.startswith("7 model calls, then 2: stage I will take about ")
    assert run.events.index(said) < kinds.index(events.Frame)


def test_a_run_of_hours_has_to_be_wanted(
    paint: Paint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost_guard, "MAX_SECONDS", 0.0)
    said = refusal(paint("unwanted", method="repaint"))
    assert said.startswith("7 model calls would take about 1 s: lower resample or steps")
    assert said.endswith("or say --yes")
    assert not _all(Run(tmp_path / "unwanted"), events.Planned)
    assert isinstance(paint("wanted", method="repaint", yes=True).ending, events.Done)
    assert isinstance(paint("without", method="course").ending, events.Done)


def test_a_run_that_needs_much_memory_has_to_be_wanted(
    paint: Paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost_guard, "MAX_STATE_BYTES", 1000)
    assert "would keep about 0.0 GB of states in memory" in refusal(paint("big", method="repaint"))
    assert isinstance(paint("wanted", method="repaint", yes=True).ending, events.Done)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_spec_gives_the_same_bits(paint: Paint, method: str) -> None:
    first, again = paint("first", method=method), paint("again", method=method)
    assert torch.equal(_saved(first)["x"], _saved(again)["x"])
    assert [p.read_bytes() for p in first.state.results] == [
        p.read_bytes() for p in again.state.results
    ]


@pytest.mark.parametrize("method", METHODS)
def test_its_own_copies_give_the_same_bits(paint: Paint, method: str) -> None:
    first = paint("first", method=method)
    own = {"image": str(first.folder / "source.png"), "mask": str(first.folder / "source-mask.png")}
    again = paint("again", method=method, **own)
    assert torch.equal(_saved(first)["x"], _saved(again)["x"])
    for a, b in zip(first.state.results, again.state.results, strict=True):
        assert (_array(a) == _array(b)).all()


def test_a_feathered_mask_blends_at_its_edge(paint: Paint, tmp_path: Path) -> None:
    Image.linear_gradient("L").rotate(90).resize((40, 30)).save(tmp_path / "soft.png")
    run = paint(mask=str(tmp_path / "soft.png"), stage2="none")
    assert "blended" in _all(run, events.Notice)[0].text
    original, result = _array(run.folder / "original.png"), _array(run.state.results[0])
    gap = np.abs(result - original).mean(axis=(0, 2))
    mask = _array(run.folder / "mask.png").mean(axis=0)
    assert np.corrcoef(gap, mask)[0, 1] > 0.6


@pytest.mark.parametrize(
    ("size", "noticed"),
    [((20, 15), "the mask is 20×15 and the picture 40×30: it was scaled"), ((16, 16), ""),
     ((32, 32), ""), ((24, 24), "the mask is 24×24 and the picture 40×30: it was scaled")],
)  # fmt: skip
def test_a_mask_of_another_size_is_fitted_with_a_warning(
    paint: Paint, tmp_path: Path, size: tuple[int, int], noticed: str
) -> None:
    width, height = size
    box = (width // 4, height // 4, width // 2, height // 2)
    run = paint(mask=str(_mask(tmp_path / "m.png", size, box)))
    assert [n.text for n in _all(run, events.Notice)] == ([noticed] if noticed else [])
    assert isinstance(run.ending, events.Done)


def test_what_cannot_be_inpainted_ends_before_a_model_is_loaded(
    paint: Paint, photo: Path, tmp_path: Path
) -> None:
    wide = str(_mask(tmp_path / "wide.png", (40, 10), None))
    for name, fields, said in (
        ("shape", {"mask": wide}, "wide is 40×10 and the picture 40×30"),
        ("gone", {"mask": "gone.png"}, "mask: no picture gone.png"),
        ("picture", {"image": "gone.png"}, "no picture gone.png"),
        ("swapped", {"image": str(tmp_path / "hole.png"), "mask": str(photo)}, "changed places"),
    ):
        run = paint(name, **fields)
        assert said in refusal(run)
        assert not _all(run, events.Ready)


@pytest.mark.parametrize("sampler", samplers.NAMES)
@pytest.mark.parametrize("method", METHODS)
def test_every_sampler_serves_every_method_but_one(paint: Paint, method: str, sampler: str) -> None:
    resample = 1 if sampler == "dpm++" else 2
    run = paint(method=method, sampler=sampler, resample=resample, stage2="none")
    assert isinstance(run.ending, events.Done)
    assert torch.isfinite(_saved(run)["x"]).all()


def test_a_branch_of_a_jump_goes_straight_down(paint: Paint, draw: Draw) -> None:
    parent = paint("parent", method="repaint", stage2="none")
    child = draw("child", sampler="ddpm", start_from=f"{parent.folder}:3", stage2="none")
    assert isinstance(child.spec, Generate)
    assert _saved(child)["timesteps"].tolist() == [600, 300, 0]
    assert torch.equal(_saved(child)["x"][0], _saved(parent)["x"][3])


def test_a_cancelled_run_keeps_its_steps_and_finishes_no_picture(
    cut_short: Callable[..., Run],
    tiny_cascade: Path,
    photo: Path,
    hole: Path,
) -> None:
    fields = {"image": str(photo), "mask": str(hole), "model": str(tiny_cascade)}
    spec = Inpaint.parse(fields | {"method": "repaint", "steps": 500, "resample": 50})
    run = cut_short(spec)
    assert 1 <= len(_saved(run)["x0"]) == len(run.state.frames) < 500
    assert run.state.results == ()
    assert not _all(run, events.Difference)
