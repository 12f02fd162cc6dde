"""A prepared picture under its noise at any t, blurred, and measured: at once, without a model."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine import lab
from engine.events import Prepared
from engine.lab import Blur, Measures
from engine.pictures import to_array

Array = NDArray[np.float32]

LARGEST_KERNEL, SIGMAS = 99, (0.1, 50.0)
"""What a Denoise spec takes."""


@dataclass(frozen=True)
class ForwardProcess:
    """x_t = √ᾱ_t x0 + √(1−ᾱ_t) ε with one ε for every t; pictures are (3, side, side)."""

    prepared: Prepared

    @cached_property
    def clean(self) -> Array:
        """x0 in [-1, 1]."""
        side = self.prepared.side
        return to_array(Image.frombytes("RGB", (side, side), self.prepared.picture))

    @cached_property
    def noise(self) -> Array:
        """ε."""
        side = self.prepared.side
        return np.frombuffer(self.prepared.noise, np.float32).reshape(3, side, side)

    def alpha_bar(self, t: int) -> float:
        """ᾱ_t."""
        return self.prepared.alphas_cumprod[t]

    def snr(self, t: int) -> float:
        """ᾱ_t / (1−ᾱ_t)."""
        return lab.signal_to_noise(self.alpha_bar(t))

    def noised(self, t: int) -> Array:
        """x_t."""
        return lab.noised(self.clean, self.noise, self.alpha_bar(t))

    def blurred(self, t: int, kernel: int, sigma: float) -> Array:
        """x_t under a Gaussian blur."""
        return lab.gaussian_blur(self.noised(t), kernel, sigma)

    def best_blur(self, t: int) -> tuple[int, float]:
        """Kernel and sigma of the blur of x_t that is nearest to x0, as a form takes them."""
        blur: Blur = lab.best_blur(self.noised(t), self.clean)
        sigma = min(max(round(blur.sigma, 2), SIGMAS[0]), SIGMAS[1])
        return min(blur.kernel, LARGEST_KERNEL), sigma

    def measures(self, picture: Array) -> Measures:
        """How near a picture is to x0."""
        return lab.measures(picture, self.clean)


def warm() -> None:
    """Import what the filters and measures need, half a second of it: off the event loop."""
    empty = np.zeros((3, 16, 16), np.float32)
    lab.measures(lab.gaussian_blur(empty, 3, 1.0), empty)
