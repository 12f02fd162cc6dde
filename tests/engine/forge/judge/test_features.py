"""What is seen of pictures: the layout of a row, sizes, caches that go on where they stopped."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from engine.errors import BadInput, Stopped
from engine.forge.judge import features
from engine.forge.judge.features import CHANNELS, STATISTICS, WIDTH, View, Viewing, columns
from engine.judge.efficientnet import at_side
from tests.engine.forge.labelled import write
from tests.support.untaught_eye import untaught_eye


def pictures(count: int = 3, side: int = 32) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.rand((count, 3, side, side), generator=generator) * 2 - 1


def test_columns_are_where_the_maps_are() -> None:
    eye = untaught_eye()
    rows = eye.rows(pictures())
    maps = list(eye.network.maps(pictures()))
    assert rows.shape == (3, WIDTH)
    for level, channels in enumerate(CHANNELS):
        found = rows[:, columns((level,))]
        torch.testing.assert_close(found[:, :channels], maps[level].mean((2, 3)))
        spread = maps[level].flatten(2).std(2, correction=0)
        torch.testing.assert_close(found[:, channels:], spread)
    grid = rows[:, columns((), True)].view(3, CHANNELS[5], 4, 4)
    means = maps[5].repeat_interleave(2, 2).repeat_interleave(2, 3)  # it is 2 × 2
    torch.testing.assert_close(grid, means)
    assert columns((), True).tolist() == list(range(STATISTICS, WIDTH))


def test_bytes_and_floats_are_seen_alike_and_none_gives_none() -> None:
    eye = untaught_eye()
    levels = ((pictures() + 1) * 127.5).round()
    torch.testing.assert_close(eye.rows(levels.byte()), eye.rows(levels / 127.5 - 1))
    assert eye.rows(pictures(0)).shape == (0, WIDTH)


def test_larger_pictures_are_reduced_by_means_and_smaller_ones_enlarged_smoothly() -> None:
    small = pictures()
    large = small.repeat_interleave(4, 2).repeat_interleave(4, 3)
    torch.testing.assert_close(at_side(large, 32), small)
    enlarged = at_side(small, 128)
    assert enlarged.shape == (3, 3, 128, 128)
    assert enlarged.abs().max() <= 1
    flat = torch.full((1, 3, 8, 8), 0.25)
    torch.testing.assert_close(at_side(flat, 128), torch.full((1, 3, 128, 128), 0.25))


def test_a_file_is_reduced_to_the_means_of_its_pixels(tmp_path: Path) -> None:
    file = write(tmp_path / "toy", each=1) / "004.png"
    means = np.asarray(Image.open(file), float).reshape(32, 2, 32, 2, 3).mean((1, 3))
    found = View(32).pictures([file])[0].permute(1, 2, 0).numpy()
    assert np.abs(found - means).max() <= 0.5
    assert torch.equal(View(32, True).pictures([file]).flip(-1), View(32).pictures([file]))


def quiet(line: str) -> None:
    """Say nothing."""


def test_what_was_seen_is_kept_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "CHUNK", 5)
    monkeypatch.setattr(features, "BATCH", 5)
    files = sorted(write(tmp_path / "toy", each=1).glob("*.png"))
    eye, kept, told = untaught_eye(), tmp_path / "kept", list[str]()
    answers = iter([False, False])
    with pytest.raises(Stopped):
        Viewing(eye, kept, told.append, lambda: next(answers, True)).rows("a", files, View(32))
    assert len(list((kept / "a").iterdir())) == 2
    assert told[1] == "looking at pictures of 32 px: 5 of 12"
    asked = iter([False])
    rows = Viewing(eye, kept, quiet, lambda: next(asked)).rows("a", files, View(32))
    torch.testing.assert_close(
        rows, eye.rows(View(32).pictures(files)).half(), rtol=1e-2, atol=1e-2
    )
    seen = Viewing(eye, kept, quiet, lambda: pytest.fail("it looked again"))
    again = seen.rows("a", files, View(32))
    assert torch.equal(again, rows)
    straight, mirrored = Viewing(eye, kept, quiet, lambda: False).both_ways("a", files, 32)
    assert torch.equal(straight, rows)
    assert not torch.equal(mirrored, rows)


def test_another_picture_of_the_same_name_is_looked_at(tmp_path: Path) -> None:
    files = sorted(write(tmp_path / "toy", each=1).glob("*.png"))[:2]
    eye, kept = untaught_eye(), tmp_path / "kept"
    before = Viewing(eye, kept, quiet, lambda: False).rows("a", files, View(32))
    Image.new("RGB", (64, 64), (0, 90, 0)).save(files[0])
    after = Viewing(eye, kept, quiet, lambda: False).rows("a", files, View(32))
    assert not torch.equal(before[0], after[0])
    assert torch.equal(before[1], after[1])


def test_a_file_that_is_no_picture_is_named(tmp_path: Path) -> None:
    seen = Viewing(untaught_eye(), tmp_path / "kept", quiet, lambda: False)
    with pytest.raises(BadInput, match=r"cannot read picture .*gone\.png"):
        seen.rows("a", [tmp_path / "gone.png"], View(32))
