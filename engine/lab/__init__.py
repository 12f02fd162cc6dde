"""The laboratory: the forward process, classical denoisers and measures on arrays. Torch-free."""

from engine.lab.blur import Blur, best_blur, gaussian_blur
from engine.lab.filters import median, non_local_means
from engine.lab.measures import Measures, measures
from engine.lab.process import noise_std, noised, rescaled, signal_to_noise

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
    "rescaled",
    "signal_to_noise",
]
