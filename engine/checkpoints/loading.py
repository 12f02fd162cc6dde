"""From a checked folder to modules on a device, one component at a time."""

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import nn

from engine.checkpoints.layout import StageFolder, TextFolder
from engine.checkpoints.silence_libraries import silence
from engine.checkpoints.weights import Weights, check_finite
from engine.diffusion.oom import enough_memory
from engine.errors import BadInput, Unavailable

_INDEX = ".safetensors.index.json"


def load_unet(stage: StageFolder, device: torch.device, dtype: torch.dtype) -> nn.Module:
    """The UNet of a stage, for inference. Raises BadInput for weights that do not fit or are NaN,
    Unavailable where the device is too small."""
    from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

    folder = stage.root / "unet"
    return load_module(UNet2DConditionModel, folder, stage.weights, device, torch_dtype=dtype)


def load_encoder(text: TextFolder, device: torch.device, dtype: torch.dtype) -> nn.Module:
    """The T5 encoder, for inference. Raises as load_unet."""
    from transformers.models.t5.modeling_t5 import T5EncoderModel

    return load_module(
        T5EncoderModel, text.root / "text_encoder", text.weights, device, dtype=dtype
    )


def load_int8(text: TextFolder, device: torch.device) -> nn.Module:
    """The T5 encoder with its linear layers in int8, on a CUDA device. Raises as load_unet."""
    check_int8(device)
    from transformers.models.t5.modeling_t5 import T5EncoderModel
    from transformers.utils.quantization_config import BitsAndBytesConfig

    folder = text.root / "text_encoder"
    how = {"quantization_config": BitsAndBytesConfig(load_in_8bit=True), "dtype": torch.float16}
    silence()
    with enough_memory(f"the weights of {folder}"):
        module, loading_info = _from_pretrained(
            T5EncoderModel, folder, text.weights, {**how, "device_map": {"": device}}
        )
        _check_complete(folder, loading_info)
    loaded: nn.Module = module.eval()
    return loaded


def check_int8(device: torch.device) -> None:
    """Unavailable where weights cannot be kept in int8."""
    if device.type != "cuda":
        raise Unavailable(
            f"--text-encoder int8 needs a CUDA device, and this is {device}; bf16 runs here"
        )
    if importlib.util.find_spec("bitsandbytes") is None:
        raise Unavailable(
            "--text-encoder int8 needs bitsandbytes: pip install 'diffuscope[gpu]', or take bf16"
        )


def load_tokenizer(text: TextFolder) -> Any:
    """The T5 tokenizer, from tokenizer.json or a bare spiece.model."""
    from transformers.models.t5.tokenization_t5 import T5Tokenizer

    folder = text.root / "tokenizer"
    try:
        return T5Tokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # the library raises whatever its parsers raise
        raise BadInput(f"{folder} cannot be read ({_line(error)}); copy it again") from error


def load_module(
    kind: Any, folder: Path, weights: Weights, device: torch.device, **dtype: torch.dtype
) -> nn.Module:
    """Weights of any class of the two libraries, whole and finite. Raises as load_unet."""
    silence()
    with enough_memory(f"the weights of {folder}"):
        module, loading_info = _from_pretrained(kind, folder, weights, dtype)
        _check_complete(folder, loading_info)
        check_finite(module, weights)
        loaded: nn.Module = module.to(device).eval().requires_grad_(False)
    return loaded


def _from_pretrained(
    kind: Any, folder: Path, weights: Weights, how: dict[str, Any]
) -> tuple[Any, dict[str, Any]]:
    try:
        with as_libraries_spell(folder, weights) as (place, variant):
            module, loading_info = kind.from_pretrained(
                place,
                variant=variant,
                use_safetensors=True,
                local_files_only=True,
                output_loading_info=True,
                **how,
            )
    except torch.OutOfMemoryError:
        raise
    except Exception as error:  # the libraries raise whatever their parsers raise
        raise BadInput(f"{folder} does not load as {kind.__name__}: {_line(error)}") from error
    return module, loading_info


def _check_complete(folder: Path, loading_info: dict[str, Any]) -> None:
    for fault, what in (("missing_keys", "lacks"), ("mismatched_keys", "has the wrong shape for")):
        if names := sorted(map(str, loading_info.get(fault) or ())):
            raise BadInput(
                f"{folder} {what} {len(names)} tensors of its own config ({names[0]} first);"
                " config.json and the weights must belong together"
            )


def _line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__


@contextmanager
def as_libraries_spell(folder: Path, weights: Weights) -> Iterator[tuple[Path, str | None]]:
    """The folder and the variant to give to ``from_pretrained``.

    ``model.fp16.safetensors.index.json`` becomes the plain index of a folder of links; what the
    libraries find, ``model.safetensors.index.fp16.json`` among it, is left as it is.
    """
    marked = f".{weights.variant}{_INDEX}"
    if weights.variant is None or not weights.entry.endswith(marked):
        yield folder, weights.variant
        return
    with TemporaryDirectory(prefix="diffuscope-") as made:
        links = Path(made)
        shutil.copyfile(folder / "config.json", links / "config.json")
        plain = weights.entry.removesuffix(marked) + _INDEX
        shutil.copyfile(folder / weights.entry, links / plain)
        for file in weights.files:
            (links / file.name).symlink_to(file.absolute())
        yield links, None
