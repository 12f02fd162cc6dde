"""What a noised picture is turned into without sampling: written, measured, told."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from engine import lab
from engine.events import Measured
from engine.job import RecordedJob
from engine.pictures import to_image
from engine.specs import Denoise

Array = NDArray[np.float32]


class BaselineMeasurements:
    """Holds every picture of a Denoise run against its original.

    clean is (1, 3, H, W) in [-1, 1], alphas_cumprod ᾱ of the model.
    """

    def __init__(
        self, job: RecordedJob, spec: Denoise, clean: Tensor, alphas_cumprod: Tensor
    ) -> None:
        self.job, self.spec, self.clean = job, spec, _array(clean)
        self.alphas_cumprod = alphas_cumprod.tolist()

    def classical(self, t: int, noisy: Tensor) -> None:
        """x_t (1, 3, H, W) as it is and blurred as asked, then the best that needs no model.

        The best blur is of x_t or of x_t / √ᾱ, in which the picture has its own brightness, as a
        model's estimate has: whichever comes nearer. Non-local means are of the latter.
        """
        x, kernel, sigma = _array(noisy), self.spec.kernel, self.spec.sigma
        self.tell(t, "noisy", x)
        self.tell(t, "blur", lab.gaussian_blur(x, kernel, sigma), kernel, sigma)
        bright, spread = (
            lab.rescaled(x, self.alphas_cumprod[t]),
            lab.noise_std(self.alphas_cumprod[t]),
        )
        tried = (lab.best_blur(y, self.clean) for y in (x, bright))
        best = max(tried, key=lambda b: lab.measures(b.picture, self.clean).psnr)
        self.tell(t, "best-blur", best.picture, best.kernel, best.sigma)
        self.tell(t, "non-local-means", lab.non_local_means(bright, spread))

    def tell(
        self,
        t: int,
        method: str,
        picture: Tensor | Array,
        kernel: int = 0,
        sigma: float = 0.0,
        written: Image.Image | None = None,
    ) -> str:
        """Write a picture, named by t and method, and say how near it is; returns the name.

        ``written`` is what is written in its place.
        """
        array = _array(picture) if isinstance(picture, Tensor) else picture
        near = lab.measures(array, self.clean)
        file = self.job.writer.picture(
            f"t{t:03d}-{method}.png", written or to_image(array), shows=f"{method} at t = {t}"
        )
        figures = near.psnr, near.ssim, near.perceptual
        self.job.say(Measured, t, method, *figures, file, kernel, sigma)
        return file


def _array(picture: Tensor) -> Array:
    """(1, 3, H, W) or (3, H, W) on any device as a numpy array (3, H, W)."""
    array: Array = picture.reshape(picture.shape[-3:]).cpu().numpy()
    return array
