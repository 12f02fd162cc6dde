"""Checkpoints: one safetensors file each, written whole or not at all, known by its checksum."""

import errno
import json
import os
import re
import shutil
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from engine import files
from engine.errors import BadInput
from engine.training.power_ema import PowerEma

FORMAT = "diffuscope-checkpoint-1"
BEGAN = "averages_began"
"""In a checkpoint's state: the step after which its power-function EMAs began, if it has any."""


def atomic_save(tensors: dict[str, Tensor], path: Path, metadata: dict[str, str]) -> None:
    """Write a safetensors file under a temporary name, sync it, rename it into place.

    Raises BadInput where the disk is full or the folder cannot be written; what was there stays.
    """
    copies = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    files.write(path, lambda part: _fill(part, copies, metadata))


def _fill(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    try:
        save_file(tensors, path, metadata)
    except SafetensorError as error:  # a full disk, in words of its own
        match = re.search(r"\(os error (\d+)\)", str(error))
        number = int(match[1]) if match else errno.EIO
        raise OSError(number, os.strerror(number)) from error


def checksum(tensors: dict[str, Tensor], state: str) -> str:
    """CRC-32 of CPU tensors with their names, and of the state beside them, hexadecimal."""
    crc = zlib.crc32(state.encode())
    for name in sorted(tensors):
        crc = zlib.crc32(name.encode(), crc)
        data: Any = tensors[name].detach().contiguous().reshape(-1).view(torch.uint8).numpy()
        crc = zlib.crc32(data, crc)
    return f"{crc:08x}"


def flatten_optimizer(optimizer: Optimizer) -> dict[str, Tensor]:
    """An optimizer's state as CPU tensors named `optimizer.INDEX.NAME`."""
    state = optimizer.state_dict()["state"]
    return {
        f"optimizer.{index}.{name}": torch.as_tensor(value).cpu()
        for index, slots in state.items()
        for name, value in slots.items()
    }


def restore_optimizer(optimizer: Optimizer, tensors: dict[str, Tensor]) -> None:
    """Put `flatten_optimizer`'s tensors back; hyperparameters stay the optimizer's own.

    Each lies in memory as its parameter does: a fused kernel pairs them without looking.
    """
    state: dict[int, dict[str, Tensor]] = {}
    owners = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    for key, value in tensors.items():
        if key.startswith("optimizer."):
            _, index, name = key.split(".", 2)
            state.setdefault(int(index), {})[name] = _laid_out_as(owners[int(index)], value)
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": state, "param_groups": groups})


def _laid_out_as(owner: Tensor, value: Tensor) -> Tensor:
    if value.shape != owner.shape:  # such as the number of steps
        return value
    return torch.empty_like(owner, dtype=value.dtype, requires_grad=False).copy_(value)


def seal(tensors: dict[str, Tensor], path: Path, state: dict[str, int], kind: str) -> None:
    """Write CPU tensors and a state whole or not at all, with the checksum that `unseal` checks.

    Raises BadInput where it cannot be written.
    """
    said = json.dumps(state)
    known = {"format": kind, "state": said, "crc32": checksum(tensors, said)}
    atomic_save(tensors, path, known)


def save(
    folder: Path, step: int, model: nn.Module, ema: nn.Module, optimizer: Optimizer, keep: int = 2,
    averages: PowerEma | None = None,
) -> Path:  # fmt: skip
    """Write `step-N.safetensors` with model, averages and optimizer; keep the newest `keep`.

    On a disk without room for one more, all but the newest give theirs up first. Raises BadInput
    where it cannot be written; the newest stays then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = _copies("model.", model) | _copies("ema.", ema) | flatten_optimizer(optimizer)
    state = {"step": step}
    if averages is not None:
        tensors |= {key: value.cpu() for key, value in averages.tensors().items()}
        state[BEGAN] = averages.began
    path = folder / f"step-{step:08d}.safetensors"
    if shutil.disk_usage(folder).free < sum(value.nbytes for value in tensors.values()):
        _make_room(folder)
    seal(tensors, path, state, FORMAT)
    _tidy(folder, path, keep)
    return path


def _make_room(folder: Path) -> None:
    """Only the newest that can be read stays; where none can, all do."""
    good = next(filter(_readable, newest(folder)), None)
    for path in newest(folder) if good else ():
        if path != good:
            path.unlink()


def _readable(path: Path) -> bool:
    try:
        read(path)
    except ValueError:
        return False
    return True


def _tidy(folder: Path, written: Path, keep: int) -> None:
    """Only the newest stay. Later ones than what was just written could not be read: set aside."""
    later = [path for path in newest(folder) if path.name > written.name]
    for path in later:
        path.replace(path.with_suffix(".damaged"))
    old = [*newest(folder)][keep:]
    for path in (*old, *folder.glob(".step-*.part")):  # the latter of killed processes
        with suppress(FileNotFoundError):
            path.unlink()


def _copies(prefix: str, module: nn.Module) -> dict[str, Tensor]:
    """On the CPU; copies, since safetensors refuses tensors that share memory, as tied ones do."""
    state = module.state_dict()
    return {f"{prefix}{key}": value.to("cpu", copy=True) for key, value in state.items()}


def newest(folder: Path) -> Iterator[Path]:
    """Checkpoints of a folder, newest first."""
    yield from sorted(folder.glob("step-*.safetensors"), reverse=True)


def latest(folder: Path) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
    """Tensors and state of the newest checkpoint that can be read; None where there is none."""
    for path in newest(folder):
        with suppress(ValueError):
            return read(path)
    return None


def read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors and state of a checkpoint; ValueError when it is damaged or of another kind."""
    return unseal(path, FORMAT, "a training checkpoint")


def unseal(path: Path, kind: str, what: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors and state that `seal` wrote; ValueError when damaged, or not of the kind, `what`."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error
    if metadata.get("format") != kind:
        raise ValueError(f"{path.name} is not {what}")
    expected = checksum(tensors, metadata["state"])
    if metadata.get("crc32", expected) != expected:
        raise ValueError(f"{path.name} is damaged: its checksum is another one")
    return tensors, json.loads(metadata["state"])


def restore(
    path: Path, model: nn.Module, ema: nn.Module, optimizer: Optimizer,
    averages: PowerEma | None = None,
) -> int:  # fmt: skip
    """Load a checkpoint into all of them; returns the step that it was written after.

    Where it has no power-function EMAs, as those of earlier versions, they begin at its step.
    Raises ValueError when it is damaged, BadInput when it is of another model.
    """
    tensors, state = read(path)
    for prefix, module in (("model.", model), ("ema.", ema)):
        part = {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
        try:
            module.load_state_dict(part)
        except RuntimeError as error:
            raise BadInput(
                f"{path} is of another model than the one asked for; name another out folder"
            ) from error
    restore_optimizer(optimizer, tensors)
    step = int(state["step"])
    if averages is not None and not averages.restore(tensors, int(state.get(BEGAN, step))):
        averages.begin(model, step)
    return step
