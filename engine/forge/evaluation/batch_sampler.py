"""A cascade at work for its judge: many prompts, drawn in batches and kept, so that a stopped
evaluation goes on where it was."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.checkpoints import Cascade
from engine.diffusion.noise import NoiseSource
from engine.forge import sampling
from engine.forge.pictures import cached
from engine.forge.sampling import Stop, Text
from engine.specs.evaluate import Evaluate

Tensors = dict[str, Tensor]
Draw = Callable[[Text, NoiseSource, slice], Tensors]


@dataclass(frozen=True)
class Artist:
    """A cascade, how it is to draw, and the folder `kept` of what it has drawn.

    Picture i of a list of prompts has seed `spec.seed` + i. Drawing raises Stopped.
    """

    cascade: Cascade
    spec: Evaluate
    kept: Path
    say: Callable[[str], None]
    stop: Stop

    def small(self, name: str, prompts: list[str], guidance: float) -> Tensor:
        """Stage I's pictures (N,3,s,s) in about [-1,1]."""

        def draw(text: Text, noise: NoiseSource, _: slice) -> Tensors:
            return {"small": self._stage1(text, guidance, noise)}

        return self._drawn(name, [guidance], prompts, draw)["small"]

    def large(self, name: str, prompts: list[str], small: Tensor) -> Tensor:
        """Stage II's pictures (N,3,l,l) of stage I's; the noise is not stage I's."""

        def draw(text: Text, noise: NoiseSource, part: slice) -> Tensors:
            return {"large": self._stage2(text, small[part], noise)}

        digest = hashlib.sha256(small.numpy().tobytes()).hexdigest()
        return self._drawn(name, [*self._second, digest], prompts, draw)["large"]

    def both(self, name: str, prompts: list[str], guidance: float) -> Tensors:
        """`small`, and `large` where there is a stage II: as `generate` draws with these seeds."""

        def draw(text: Text, noise: NoiseSource, _: slice) -> Tensors:
            small = self._stage1(text, guidance, noise)
            if self.cascade.stage2 is None:
                return {"small": small}
            return {"small": small, "large": self._stage2(text, small, noise)}

        return self._drawn(name, [guidance, *self._second], prompts, draw)

    @property
    def _second(self) -> list[Any]:
        spec = self.spec
        return [spec.stage2_steps, spec.stage2_guidance, spec.noise_level]

    def _stage1(self, text: Text, guidance: float, noise: NoiseSource) -> Tensor:
        spec = self.spec
        stage = self.cascade.stage1
        return sampling.stage1(stage, text, guidance, noise, spec.steps, spec.sampler, self.stop)

    def _stage2(self, text: Text, small: Tensor, noise: NoiseSource) -> Tensor:
        stage, spec = self.cascade.stage2, self.spec
        assert stage is not None
        how = spec.stage2_guidance, noise, spec.noise_level, spec.stage2_steps
        return sampling.stage2(stage, text, small, *how, self.stop)

    def _drawn(self, name: str, how: list[Any], prompts: list[str], draw: Draw) -> Tensors:
        spec, fingerprint = self.spec, self.cascade.fingerprint
        of = [fingerprint, how, prompts, spec.seed, spec.steps, spec.sampler]
        file = self.kept / f"{re.sub('[^a-z0-9.]+', '-', name.lower())}.safetensors"
        return cached(of, file, lambda: self._in_batches(name, prompts, draw))

    def _in_batches(self, name: str, prompts: list[str], draw: Draw) -> Tensors:
        texts, empty = self.cascade.embed(prompts), self.cascade.embed([""])
        parts: list[Tensors] = []
        for first in range(0, len(prompts), self.spec.batch):
            self.say(f"drawing {name}: {first} of {len(prompts)}")
            part = slice(first, min(first + self.spec.batch, len(prompts)))
            count, device = part.stop - first, self.cascade.device
            noise = NoiseSource.for_seeds(self.spec.seed + first, count, device)
            parts.append(draw((texts[part], empty), noise, part))
        return {key: torch.cat([part[key] for part in parts]) for key in parts[0]}
