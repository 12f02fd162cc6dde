"""What IF's licence asks of finished pictures: a safety checker, and a watermark."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

from engine.checkpoints.loading import load_module
from engine.checkpoints.safety import FilterFolders, checker_weights
from engine.checkpoints.weights import find_weights
from engine.errors import BadInput

UNSAFE, WATERMARKED = "unsafe content", "a watermark"
"""What the two heads of the checker look for; 0.5 is the threshold of both, as in diffusers."""

MARK = 62
"""Pixels of the watermark in a picture of 1024; it shrinks with the picture."""


@dataclass
class Filters:
    """The filters of an open cascade, loaded with the first finished picture and kept.

    They work on the CPU in float32, so that they take nothing from the networks' memory.
    """

    folders: FilterFolders
    half: bool
    _checker: tuple[nn.Module, Any] | None = field(default=None, repr=False)
    _watermarker: Any = field(default=None, repr=False)

    def judge(self, images: list[Image.Image]) -> list[str]:
        """For each RGB picture what the safety checker finds in it; '' for nothing."""
        if self.folders.checker is None or not images:
            return [""] * len(images)
        checker, extractor = self._loaded(self.folders.checker)
        pixels = extractor(images, return_tensors="pt").pixel_values.float()
        blank = [np.zeros((1, 1, 3), np.float32) for _ in images]
        with torch.inference_mode():
            _, unsafe, marked = checker(clip_input=pixels, images=blank)
        names = ((UNSAFE, unsafe), (WATERMARKED, marked))
        return [" and ".join(name for name, found in names if found[i]) for i in range(len(images))]

    def mark(self, images: list[Image.Image], side: int) -> None:
        """Put the watermark on pictures of `side` pixels, in place, where it has a pixel there."""
        if self.folders.watermarker is not None and images and side * MARK >= 1024:
            self._marking(self.folders.watermarker).apply_watermark(images, side)

    def _loaded(self, root: Path) -> tuple[nn.Module, Any]:
        if self._checker is None:
            weights = checker_weights(root, self.half)
            assert weights is not None
            folder, cpu = root / "safety_checker", torch.device("cpu")
            checker = load_module(_checker_class(), folder, weights, cpu, dtype=torch.float32)
            self._checker = checker, _extractor(root / "feature_extractor")
        return self._checker

    def _marking(self, root: Path) -> Any:
        if self._watermarker is None:
            self._watermarker = _watermarker(root / "watermarker", self.half)
        return self._watermarker


def _checker_class() -> Any:
    from diffusers.pipelines.deepfloyd_if.safety_checker import IFSafetyChecker

    class Checker(IFSafetyChecker):  # type: ignore[misc, unused-ignore]
        """Theirs lacks the call without which transformers from 5 on cannot load it."""

        def __init__(self, config: Any) -> None:
            super().__init__(config)
            self.post_init()

    return Checker


def _extractor(folder: Path) -> Any:
    from transformers import CLIPImageProcessor

    try:
        return CLIPImageProcessor.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # the library raises whatever its parsers raise
        raise BadInput(f"{folder} cannot be read ({error}); copy it again") from error


def _watermarker(folder: Path, half: bool) -> Any:
    from diffusers.pipelines.deepfloyd_if.watermark import IFWatermarker

    weights, cpu = find_weights(folder, half), torch.device("cpu")
    return load_module(IFWatermarker, folder, weights, cpu)
