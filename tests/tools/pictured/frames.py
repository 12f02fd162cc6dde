"""What a sampler shows: noise that becomes a photo, step by step."""

from itertools import count

import numpy as np
from PIL import Image

from engine.pictures import open_picture

RATE = 20
"""Frames a second that are asked for."""


def frames(side: int, number: int) -> list[Image.Image]:
    """``number`` RGB pictures of ``side`` pixels from noise to a photo, new noise in each."""
    photo = open_picture("tower").image.convert("RGB").resize((side, side), Image.Resampling.BOX)
    clean = np.asarray(photo, np.float32) / 127.5 - 1
    shares = np.linspace(0, 1, number) if number > 1 else np.ones(1)
    return [_noised(clean, float(bar), seed) for bar, seed in zip(shares, count(), strict=False)]


def _noised(clean: np.ndarray, alpha_bar: float, seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).standard_normal(clean.shape, np.float32)
    x = np.sqrt(alpha_bar) * clean + np.sqrt(1 - alpha_bar) * noise
    return Image.fromarray(np.clip((x + 1) * 127.5, 0, 255).astype(np.uint8))
