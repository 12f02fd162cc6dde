"""What may be asked of a digit model, and the one line for what may not."""

import pytest

from engine.errors import BadInput
from engine.specs import DigitEvaluate, DigitOod, DigitSample


@pytest.mark.parametrize(
    ("said", "digits"),
    [("all", tuple(range(10))), ("0, 3", (0, 3)), (7, (7,)), ("", ()), ((1, 2), (1, 2))],
)
def test_digits_are_read(said: object, digits: tuple[int, ...]) -> None:
    spec = DigitSample.parse({"training": "a-run", "digits": said})
    assert isinstance(spec, DigitSample)
    assert spec.digits == digits


def test_a_row_of_samples_for_each_digit() -> None:
    spec = DigitSample(training="a/run", digits=(3, 8), count=2)
    assert spec.sample_titles() == ("3", "3", "8", "8")
    assert (spec.sample_columns(), spec.pictures, spec.title()) == (2, 4, "3, 8 of run")
    assert DigitSample(training="run", count=5).pictures == 5


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"digits": "x"}, "digits: write digits such as 3 or 0,1,2, or all"),
        ({"digits": "3,3"}, "digits: 3 is there twice"),
        ({"digits": "12"}, "digits: 12 is no digit: write digits from 0 to 9, or all"),
        ({"digits": "all", "count": 7}, "count: 10 digits of 7 samples are 70 pictures; 64 at"),
        ({"epoch": 1, "at_step": 2}, "epoch and step both name a checkpoint: leave one out"),
        ({"guidance": float("nan")}, "guidance: "),
    ],
)
def test_bad_samples_are_one_line(fields: dict[str, object], line: str) -> None:
    with pytest.raises(BadInput) as error:
        DigitSample.parse({"training": "run", **fields})
    assert str(error.value).startswith(line)
    assert "\n" not in str(error.value)


def test_scales_and_sigmas_are_read() -> None:
    spec = DigitEvaluate.parse({"training": "run", "guidances": "3,1,3"})
    assert isinstance(spec, DigitEvaluate)
    assert spec.scales == (3.0, 1.0)
    ood = DigitOod.parse({"training": "run", "sigmas": "0,0.5"})
    assert isinstance(ood, DigitOod)
    assert ood.sigmas == (0.0, 0.5)
    with pytest.raises(BadInput, match="sigmas: write 1 to 20 numbers"):
        DigitOod.parse({"training": "run", "sigmas": "-1"})
