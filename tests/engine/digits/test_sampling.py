"""Guidance, seeds and limits of digit sampling, on a small random network."""

from collections.abc import Callable, Iterator

import pytest
import torch

from engine.diffusion.noise import NoiseSource
from engine.digits import sampling, sampling_process
from engine.digits.networks import DigitUNet
from engine.digits.sampling_process import Process
from engine.errors import BadInput, Stopped

BOTH = pytest.mark.parametrize(
    "process", [sampling_process.ddpm(), sampling_process.flow()], ids=["ddpm", "flow"]
)
DIGITS = torch.tensor([3, 8])


@pytest.fixture(scope="module")
def net() -> DigitUNet:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return DigitUNet(4, timed=True, classes=10).eval()


@pytest.fixture
def rows(net: DigitUNet) -> Iterator[list[int]]:
    """How many rows the network saw at each call."""
    seen: list[int] = []
    hook = net.register_forward_pre_hook(lambda _, given: seen.append(len(given[0])))
    yield seen
    hook.remove()


@BOTH
@torch.no_grad()
def test_guidance_1_is_conditional_and_0_is_not(
    net: DigitUNet, process: Process, rows: list[int]
) -> None:
    x, t = torch.randn(2, *sampling.SHAPE), process.chain(20)[3]
    time = torch.full((2,), process.moment(t))
    one = torch.nn.functional.one_hot(DIGITS, 10).float()
    wanted = net(x, time, one), net(x, time, torch.zeros(2, 10))
    rows.clear()
    for scale, out in zip((1, 0), wanted, strict=True):
        said = sampling.guided(net, process, DIGITS, scale)(x, t)
        assert torch.equal(said.eps, process.read(x, out, process.moment(t))["eps"])
    assert rows == [2, 2]
    assert sampling.guided(net, process, DIGITS, 0)(x, t).eps_cond is None


@BOTH
@torch.no_grad()
def test_guidance_is_one_call_and_leads_from_one_half_through_the_other(
    net: DigitUNet, process: Process, rows: list[int]
) -> None:
    x, t = torch.randn(2, *sampling.SHAPE), process.chain(20)[3]
    said = sampling.guided(net, process, DIGITS, 3.0)(x, t)
    assert rows == [4]
    assert said.eps_uncond is not None
    assert said.eps_cond is not None
    assert torch.allclose(
        said.eps, said.eps_uncond + 3 * (said.eps_cond - said.eps_uncond), atol=1e-5
    )


@BOTH
def test_a_sample_does_not_depend_on_its_batch(net: DigitUNet, process: Process) -> None:
    whole = sampling.sample(net, process, NoiseSource.for_seeds(7, 2), DIGITS, guidance=3, calls=6)
    alone = sampling.sample(
        net, process, NoiseSource.for_seeds(8, 1), DIGITS[1:], guidance=3, calls=6
    )
    assert torch.allclose(whole[1:], alone, atol=1e-4)
    assert not torch.allclose(whole[:1], alone, atol=1e-1)


def test_a_network_in_training_is_refused() -> None:
    with pytest.raises(ValueError, match="eval"):
        sampling.steps(
            DigitUNet(4, timed=True), sampling_process.ddpm(), NoiseSource.for_seeds(0, 1)
        )


@pytest.mark.parametrize(
    ("make", "calls"),
    [(sampling_process.ddpm, 1), (sampling_process.ddpm, 301), (sampling_process.flow, 0)],
)
def test_steps_out_of_range(net: DigitUNet, make: Callable[[], Process], calls: int) -> None:
    with pytest.raises(BadInput, match="steps must be between"):
        sampling.steps(net, make(), NoiseSource.for_seeds(0, 1), calls=calls)


def test_stop_is_asked_before_every_call(net: DigitUNet) -> None:
    answers = iter([False, False, True])
    going = sampling.steps(
        net,
        sampling_process.flow(),
        NoiseSource.for_seeds(0, 1),
        calls=5,
        stop=lambda: next(answers),
    )
    with pytest.raises(Stopped, match="before step 2"):
        list(going)


def test_a_row_for_every_digit() -> None:
    assert sampling.each([4, 2], 3).tolist() == [4, 4, 4, 2, 2, 2]
