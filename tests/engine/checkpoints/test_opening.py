"""--compile: the same pictures within rounding, its time said, and refused where parts move."""

from functools import partial
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.checkpoints import Cascade, open_cascade
from engine.checkpoints.devices import LoadOptions
from engine.checkpoints.memory.plan import Plan
from engine.checkpoints.opening import check_compiles
from engine.diffusion.denoiser import LowRes, compiled, predict
from engine.errors import BadInput


def test_compiled_networks_say_the_same(
    tiny_cascade: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="eager"))  # seconds
    said: list[str] = []
    plain = open_cascade(str(tiny_cascade), device="cpu")
    ours = open_cascade(str(tiny_cascade), "auto", "cpu", said.append, LoadOptions(compile=True))  # type: ignore[arg-type]
    assert compiled(ours.stage1.unet)
    assert not compiled(plain.stage1.unet)
    assert [line.split(" in ")[0] for line in said if "compiled" in line] == [
        "UNet of stage I: compiled",
        "UNet of stage II: compiled",
    ]
    frames = torch._dynamo.utils.counters["stats"]["unique_graphs"]
    for t in (900, 500):
        for a, b in zip(_said(ours, t), _said(plain, t), strict=True):
            assert torch.allclose(a, b, atol=1e-5)
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == frames  # none anew


@torch.inference_mode()
def _said(cascade: Cascade, t: int) -> tuple[Tensor, Tensor]:
    assert cascade.stage2 is not None
    small = torch.linspace(-1, 1, 2 * 3 * 16 * 16).view(2, 3, 16, 16)
    large = torch.linspace(-1, 1, 2 * 3 * 32 * 32).view(2, 3, 32, 32)
    text = torch.linspace(-1, 1, 2 * 77 * 32).view(2, 77, 32)
    return (
        predict(cascade.stage1.unet, small, t, text),
        predict(cascade.stage2.unet, large, t, text, LowRes(large, 250)),
    )


def test_parts_that_move_are_not_compiled() -> None:
    with pytest.raises(BadInput, match="plan is sequential"):
        check_compiles(Plan("sequential", "alone", ()))
    with pytest.raises(BadInput, match="--text-encoder cpu"):
        check_compiles(Plan("resident", "alone", ()))
    check_compiles(Plan("resident", "beside", ()))
