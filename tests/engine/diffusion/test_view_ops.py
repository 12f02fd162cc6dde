"""Views on tensors are the views on arrays."""

import numpy as np
import pytest
import torch

from engine.diffusion.view_ops import TensorView
from engine.views import Resolution, names, view


@pytest.mark.parametrize("side", [32, 64])
@pytest.mark.parametrize("name", names())
def test_tensors_are_seen_and_brought_back_as_arrays_are(name: str, side: int) -> None:
    moves = view(name).at(Resolution(side, side))
    x = np.random.default_rng(side).standard_normal((2, 3, side, side)).astype(np.float32)
    kept, look = x.copy(), TensorView(moves)
    for way in ("view", "inverse_view", "inverse_view_variance"):
        mine = getattr(look, way)(torch.from_numpy(x)).numpy()
        assert np.allclose(mine, getattr(moves, way)(x), atol=1e-6), way
    assert np.array_equal(x, kept)


@pytest.mark.parametrize("side", [32, 64, 256])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("name", [n for n in names() if view(n).orthogonal])
def test_there_and_back_to_the_bit(name: str, dtype: torch.dtype, side: int) -> None:
    look = TensorView(view(name).at(Resolution(side, min(side, 64))))
    x = torch.randn((1, 3, side, side), generator=torch.Generator().manual_seed(0)).to(dtype)
    assert torch.equal(look.inverse_view(look.view(x)), x)
    assert look.view(x).dtype == dtype
