"""The digit UNets are the course's: parameter counts, shapes, what a condition does."""

from typing import Any

import pytest
import torch
from torch import nn

from engine.digits.networks import Condition, DigitUNet


def count(**config: Any) -> int:
    with torch.device("meta"):
        return sum(p.numel() for p in DigitUNet(**config).parameters())


@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        ({"hidden": 128}, 7_891_073),
        ({"hidden": 64}, 1_975_361),
        ({"hidden": 64, "timed": True}, 1_996_417),
        ({"hidden": 64, "timed": True, "flow": True}, 1_996_417),
        ({"hidden": 64, "timed": True, "classes": 10}, 2_019_201),
    ],
)
def test_it_has_the_parameters_of_the_course(config: dict[str, Any], parameters: int) -> None:
    assert count(**config) == parameters


def small(**config: Any) -> DigitUNet:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return DigitUNet(4, **config).eval()


X = torch.linspace(-1, 2, 3 * 28 * 28).view(3, 1, 28, 28)
T = torch.tensor([0.0, 0.5, 1.0])
LABEL = torch.eye(10)[[1, 5, 9]]


def test_pictures_come_out_as_they_went_in() -> None:
    assert small()(X).shape == X.shape
    assert small(timed=True)(X, T).shape == X.shape
    assert small(timed=True, classes=10)(X, T, LABEL).shape == X.shape


def test_it_can_be_made_again_from_its_config() -> None:
    one = small(timed=True, classes=10, flow=True)
    again = DigitUNet(**one.config)
    again.load_state_dict(one.state_dict())
    assert torch.equal(again.eval()(X, T, LABEL), one(X, T, LABEL))


def test_no_label_is_a_row_of_zeros_and_every_other_row_keeps_its_class() -> None:
    model = small(timed=True, classes=10)
    dropped = LABEL.clone()
    dropped[1] = 0
    without, partly, withal = model(X, T), model(X, T, dropped), model(X, T, LABEL)
    torch.testing.assert_close(partly[1], without[1])
    torch.testing.assert_close(partly[[0, 2]], withal[[0, 2]])
    assert not torch.allclose(without, withal)


def silent(block: nn.Sequential, bias: float) -> None:
    """Make a condition's block give the same number whatever it is told."""
    nn.init.zeros_(block[-1].weight)  # type: ignore[arg-type]
    nn.init.constant_(block[-1].bias, bias)  # type: ignore[arg-type]


def test_time_is_added_and_in_flow_it_multiplies() -> None:
    """0 added and 1 multiplied change nothing: both are then the unconditional network."""
    plain = small()
    for flow, neutral in ((False, 0.0), (True, 1.0)):
        model = small(timed=True, flow=flow)
        model.load_state_dict(plain.state_dict(), strict=False)
        silent(model.time1, neutral)
        silent(model.time2, neutral)
        torch.testing.assert_close(model(X, T), plain(X))
        silent(model.time1, neutral + 1)
        assert not torch.equal(model(X, T), plain(X))


def test_a_class_multiplies_and_time_is_added_in_flow_too() -> None:
    plain = small()
    model = small(timed=True, classes=10, flow=True)
    model.load_state_dict(plain.state_dict(), strict=False)
    for block, neutral in (
        (model.time1, 0),
        (model.time2, 0),
        (model.class1, 1),
        (model.class2, 1),
    ):
        silent(block, neutral)
    torch.testing.assert_close(model(X, T, LABEL), plain(X))


def test_a_condition_is_a_product_then_a_sum() -> None:
    times, plus = torch.tensor(2.0), torch.tensor(3.0)
    assert Condition(times, plus)(torch.tensor(5.0)) == 13


def test_what_it_must_be_told_is_asked_for() -> None:
    with pytest.raises(ValueError, match="t is missing"):
        small(timed=True)(X)
    with pytest.raises(ValueError, match="time too"):
        DigitUNet(4, classes=10)
