"""Guidance strips: the same seeds over several scales, one batch for all."""

import pytest
import torch
from safetensors.torch import load_file

from engine.errors import BadInput
from engine.specs import Generate
from tests.engine.conftest import Draw

SCALES = (0.0, 1.0, 7.0)


def test_every_picture_of_a_strip_is_the_one_drawn_alone(draw: Draw) -> None:
    strip = draw("strip", guidances=SCALES, count=2, stage2="none")
    whole = load_file(strip.trajectory)["x"]
    assert whole.shape[1] == 6
    assert isinstance(strip.spec, Generate)
    for sample in range(6):
        alone = draw(f"alone-{sample}", **strip.spec.alone(sample), stage2="none")
        # A batch is summed in another order than one picture.
        one = load_file(alone.trajectory)["x"]
        assert torch.allclose(whole[:, sample : sample + 1], one, atol=1e-4)
    assert torch.equal(whole[0, :2], whole[0, 2:4])


def test_a_picture_of_a_strip_can_be_branched_from_with_its_own_scale(draw: Draw) -> None:
    strip = draw("strip", guidances=SCALES, count=2, stage2="none")
    assert isinstance(strip.spec, Generate)
    start = {"start_from": f"{strip.folder}:2", "start_sample": 5}
    branch = draw("branch", **strip.spec.alone(5), **start, stage2="none")
    whole, rest = (load_file(run.trajectory)["x"] for run in (strip, branch))
    assert torch.allclose(whole[2:, 5:6], rest, atol=1e-4)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"guidances": "0,1,many"}, "write numbers such as 0,1,3,5,7,10,15"),
        ({"guidances": "0,101"}, "101 is no guidance scale"),
        ({"guidances": "nan"}, "nan is no guidance scale"),
        ({"guidances": "1,7", "count": 33}, "2 rows of 33 samples are 66 pictures; 64 at most"),
        ({"guidances": "0,1", "prompt": " "}, "the prompt is empty"),
    ],
)
def test_wrong_scales_are_said_in_one_line(fields: dict[str, object], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        Generate.parse({"prompt": "a"} | fields)


def test_an_empty_list_of_scales_is_none() -> None:
    assert Generate.parse({"prompt": "a", "guidances": ""}) == Generate(prompt="a")
