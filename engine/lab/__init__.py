"""The laboratory: the forward process, classical denoisers and measures on arrays. Torch-free.

Pictures are float32 (3, H, W) in [-1, 1], or (B, 3, H, W).

What is a fair comparison? x_t = √ᾱ x0 + √(1−ᾱ) ε is nearer to grey than the picture, and a filter
that takes noise away leaves it so. The course blurs x_t as it is; a model's x̂0, however, has the
picture's own contrast. So classical denoisers do themselves justice on `rescaled(x_t, ᾱ)`, whose
noise has the standard deviation `noise_std(ᾱ)`: on the bundled pictures the best blur gains 0.2 to
0.5 dB by it at t = 250, 1 to 2 dB at 500 and 1 to 3 dB at 750 (at 32 and 64 px). To draw the result
back towards grey, as PSNR alone would like it, gains no more than 0.2 dB on top and is left out.

The first call of a filter or a measure imports scipy and scikit-image, which takes half a second.
"""

from engine.lab.filters import (
    Blur,
    best_blur,
    gaussian_blur,
    median,
    noise_std,
    noised,
    non_local_means,
    rescaled,
    signal_to_noise,
)
from engine.lab.measures import Measures, measures, psnr

__all__ = [
    "Blur",
    "Measures",
    "best_blur",
    "gaussian_blur",
    "measures",
    "median",
    "noise_std",
    "noised",
    "non_local_means",
    "psnr",
    "rescaled",
    "signal_to_noise",
]
