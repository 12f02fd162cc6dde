"""A digit model out of its training's run folder, ready to be used."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

import torch
from torch import Tensor

from engine import runs
from engine.checkpoints.devices import pick_device
from engine.digits import sampling_process
from engine.digits.networks import DigitUNet, is_lower, lowered
from engine.digits.sampling_process import Process
from engine.errors import BadInput
from engine.runs.training_log import TrainingLog
from engine.specs.train import Train
from engine.training import checkpoint
from engine.training.fit import Part


@dataclass(frozen=True)
class Trained:
    """The network of a checkpoint, in eval(), and what it was trained as.

    `step` and `epoch` are those that the checkpoint was written after (the epoch of a step within
    one is the last that was whole). `notices` tells of newer checkpoints that cannot be read.
    """

    net: DigitUNet
    spec: Train
    folder: Path
    step: int
    epoch: int
    notices: tuple[str, ...] = ()

    @classmethod
    def open(cls, run: str | Path, epoch: int = 0, step: int = 0, device: str = "auto") -> Self:
        """The newest readable checkpoint, or the one after `epoch` or `step`, where one is named.

        Its averaged weights where the training kept an average. Raises BadInput, in one line, where
        the run is no training of digits, has no such checkpoint, or holds another network.
        """
        folder, spec = training_of(run)
        per_epoch, wanted = steps_per_epoch(folder, spec), step
        if epoch:
            wanted = epoch * (per_epoch or 0)
        step, tensors, notices = _newest(folder, spec, wanted, epoch, per_epoch)
        net = _filled(DigitUNet(**spec.network), tensors, spec, folder)
        after = step // per_epoch if per_epoch else 0
        at = net.to(pick_device(device)).to(memory_format=torch.channels_last)
        return cls(at.eval().requires_grad_(False), spec, folder, step, after, notices)

    @property
    def device(self) -> torch.device:
        """Where the network is."""
        return next(self.net.parameters()).device

    @property
    def classes(self) -> bool:
        """Whether it can be asked for a digit."""
        return self.spec.model == "class"

    def process(self, calls: int = 0) -> Process:
        """How it is sampled in so many model calls; BadInput where it is a one-step denoiser."""
        if self.spec.model == "denoiser":
            raise BadInput(
                f"{self.folder.name} trained a one-step denoiser, which draws no digits:"
                f" `diffuscope digits {self.folder.name} ood` shows what it does"
            )
        return sampling_process.process(self.spec.objective, self.spec.timesteps, self.calls(calls))

    def calls(self, steps: int = 0) -> int:
        """Model calls of a sampling: those asked for, or the training's own sample steps."""
        return steps or self.spec.sample_steps

    def lower(self) -> AbstractContextManager[object]:
        """Products in bfloat16 inside, where they were so in training: more than twice as fast."""
        return lowered(self.device, self.is_lower)

    @property
    def is_lower(self) -> bool:
        """Whether that is so on this machine."""
        return is_lower(self.spec, self.device)

    @property
    def title(self) -> str:
        """What it is, in a few words: "class ddpm D 64, bundled, epoch 20"."""
        return (
            f"{self.spec.title()}, {f'epoch {self.epoch}' if self.epoch else f'step {self.step}'}"
        )

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights."""
        digest = sha256()
        for name, value in sorted(self.net.state_dict().items()):
            digest.update(name.encode() + value.cpu().numpy().tobytes())
        return digest.hexdigest()


def training_of(run: str | Path) -> tuple[Path, Train]:
    """The folder and the request of a training of digits; BadInput where the run is none."""
    opened = runs.open_run(str(run))
    if not isinstance(opened.spec, Train):
        raise BadInput(
            f"{opened.name} is a run of {opened.spec.kind}, not of a digit model: name one of"
            " `diffuscope train`"
        )
    return opened.folder, opened.spec


def steps_per_epoch(folder: Path, spec: Train) -> int:
    """As the training's own events tell it; 0 where it has not begun."""
    part = TrainingLog.read(folder).parts.get(spec.model)
    return part.steps // spec.epochs if part else 0


def kept(folder: Path, spec: Train) -> list[int]:
    """The steps after which there is a checkpoint, rising; not all need be readable."""
    return sorted(_step(path) for path in checkpoint.newest(_checkpoints(folder, spec)))


def _newest(
    folder: Path, spec: Train, wanted: int, epoch: int, per_epoch: int
) -> tuple[int, dict[str, Tensor], tuple[str, ...]]:
    """Step and tensors of a checkpoint, and what was found wrong with newer ones."""
    notices: list[str] = []
    for path in _candidates(folder, spec, wanted, epoch, per_epoch):
        try:
            tensors, state = checkpoint.read(path)
            return int(state["step"]), tensors, tuple(notices)
        except (ValueError, KeyError) as error:
            notices.append(str(error))
    raise BadInput(f"no checkpoint of {folder.name} can be read: {'; '.join(notices)}")


def _candidates(
    folder: Path, spec: Train, wanted: int, epoch: int, per_epoch: int
) -> Iterator[Path]:
    paths = list(checkpoint.newest(_checkpoints(folder, spec)))
    if not paths:
        raise BadInput(f"{folder.name} has no checkpoint yet: let it train, or take another run")
    chosen = [path for path in paths if _step(path) == wanted] if wanted or epoch else paths
    if not chosen:
        which = f"epoch {epoch}" if epoch else f"step {wanted}"
        there = ", ".join(_said(_step(path), per_epoch) for path in reversed(paths))
        raise BadInput(f"{folder.name} has no checkpoint of {which}; kept are {there}")
    yield from chosen


def _said(step: int, per_epoch: int) -> str:
    full_epoch = per_epoch and step % per_epoch == 0
    return f"epoch {step // per_epoch} (step {step})" if full_epoch else f"step {step}"


def _checkpoints(folder: Path, spec: Train) -> Path:
    return Part(folder, spec.model).checkpoints


def _step(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def _filled(net: DigitUNet, tensors: dict[str, Tensor], spec: Train, folder: Path) -> DigitUNet:
    """The network with the checkpoint's weights: the average's, where the training keeps one."""
    prefix = "ema.module." if spec.ema else "model."
    own = {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
    try:
        net.load_state_dict(own)
    except RuntimeError:
        raise BadInput(
            f"{folder.name} has checkpoints of another network than its spec.json describes"
            f" ({spec.title()})"
        ) from None
    return net
