"""The schedule of IF's models, for tests that need one and no model."""

from torch import Tensor

from engine.diffusion.schedule import alphas_cumprod


def squaredcos_alphas_cumprod() -> Tensor:
    """ᾱ (1000,) of the cosine schedule."""
    return alphas_cumprod({"beta_schedule": "squaredcos_cap_v2"})
