"""What each objective asks for, told by models whose loss is known."""

from typing import Any

import pytest
import torch
from diffusers import DDPMScheduler
from torch import Tensor, nn

from engine.digits import objectives
from engine.digits.data import Digits, to_unit
from engine.digits.objectives import Batches
from engine.digits.sampling_process import scheduler

GENERATOR = torch.Generator()
DIGITS = Digits(
    torch.randint(256, (40, 28, 28), dtype=torch.uint8, generator=GENERATOR.manual_seed(0)),
    torch.arange(40) % 10, "random",
)  # fmt: skip


class Spy(nn.Module):
    """Answers nothing, and remembers what it was shown."""

    def __init__(self, classes: int = 0) -> None:
        super().__init__()
        self.config = {"classes": classes}
        self.shown: list[Any] = []

    def forward(self, x: Tensor, t: Tensor | None = None, label: Tensor | None = None) -> Tensor:
        self.shown = [x, t, label]
        return torch.zeros_like(x)


def batches(size: int = 20, drop: float = 0.1, **more: Any) -> Batches:
    return Batches(DIGITS, size, seed=5, drop=drop, **more)


def asked(objective: Any, model: Spy, step: int = 3) -> tuple[Tensor, list[Any]]:
    loss = objective(model, step, torch.Generator().manual_seed(step))["loss"]
    return loss, model.shown


def test_the_denoiser_is_to_find_the_picture_under_noise_of_its_sigma() -> None:
    clean, _ = batches().at(3)
    loss, (noisy, t, label) = asked(objectives.denoise(batches(), 0.5), Spy())
    assert t is None
    assert label is None
    assert loss == pytest.approx(float(clean.square().mean()))
    noise = (noisy - clean) / 0.5
    assert float(noise.mean()) == pytest.approx(0, abs=0.03)
    assert float(noise.std()) == pytest.approx(1, abs=0.03)


def test_ddpm_is_to_find_the_noise_of_what_diffusers_would_have_noised() -> None:
    clean, _ = batches().at(3)
    loss, (noisy, t, label) = asked(objectives.ddpm(batches(), 300), Spy())
    assert label is None
    assert loss == pytest.approx(1, abs=0.05)  # of unit noise, told nothing of
    index = (t * 300).round().long() - 1
    assert ((index >= 0) & (index < 300)).all()
    torch.testing.assert_close((index + 1) / 300, t)
    theirs = DDPMScheduler.from_config(scheduler(300))
    bars = theirs.alphas_cumprod[index].view(-1, 1, 1, 1)
    noise = (noisy - bars.sqrt() * clean) / (1 - bars).sqrt()
    torch.testing.assert_close(theirs.add_noise(clean, noise, index), noisy)
    assert loss == pytest.approx(float(noise.square().mean()), rel=1e-4)


def test_flow_is_to_find_the_way_from_noise_to_picture() -> None:
    clean, _ = batches().at(3)
    loss, (between, t, _) = asked(objectives.flow(batches()), Spy())
    assert ((t >= 0) & (t < 1)).all()
    t = t.view(-1, 1, 1, 1)
    noise = (between - t * clean) / (1 - t)
    assert loss == pytest.approx(float((clean - noise).square().mean()), rel=1e-3)
    assert float(noise[t.flatten() < 0.8].std()) == pytest.approx(1, abs=0.05)


def test_a_tenth_of_the_classes_is_not_told() -> None:
    objective = objectives.ddpm(batches(size=40), 300)
    told = torch.cat([asked(objective, Spy(10), step)[1][2] for step in range(50)])
    counts = told.sum(1)
    assert set(counts.tolist()) == {0.0, 1.0}
    assert float((counts == 0).float().mean()) == pytest.approx(0.1, abs=0.02)
    _, (_, _, rows) = asked(objectives.flow(batches(drop=0.0)), Spy(10))
    assert rows.argmax(1).tolist() == batches().at(3)[1].tolist()


def test_every_step_has_noise_of_its_own_and_the_same_again() -> None:
    objective = objectives.denoise(batches(size=40), 0.5)
    one, again, other = (asked(objective, Spy(), step)[1][0] for step in (0, 0, 1))
    assert torch.equal(one, again)
    # Step 1 begins the next epoch: the same pictures in another order, under other noise.
    assert not torch.equal(one.sort(0)[0], other.sort(0)[0])


def test_pictures_come_in_the_order_of_the_seed_in_the_unit_range() -> None:
    seen = torch.cat([batches().at(step)[0] for step in (0, 1)])
    whole = to_unit(DIGITS.images)
    assert torch.equal(seen.flatten(1).sum(1).sort()[0], whole.flatten(1).sum(1).sort()[0])
    assert (seen.min(), seen.max()) == (0, 1)


def test_bf16_lowers_products_and_not_the_loss() -> None:
    class Product(Spy):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 1, 1)

        def forward(self, x: Tensor, t: Any = None, label: Any = None) -> Tensor:
            self.shown = [self.conv(x)]
            return self.shown[0]  # type: ignore[no-any-return]

    loss, (made,) = asked(objectives.denoise(batches(bf16=True), 0.5), Product())
    assert made.dtype == torch.bfloat16
    assert loss.dtype == torch.float32
