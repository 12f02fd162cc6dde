"""A bundled picture at a model's size, and noise for it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.pictures import fitted, open_picture, to_array

Array = NDArray[np.float32]


@pytest.fixture(scope="session")
def clean() -> Array:
    """The tower at 32 px."""
    return to_array(fitted(open_picture("tower").image, 32))


@pytest.fixture(scope="session")
def noise(clean: Array) -> Array:
    """Unit noise of the same shape."""
    return np.random.default_rng(0).standard_normal(clean.shape).astype(np.float32)
