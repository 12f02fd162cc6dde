"""What the evaluations of digits and of cascades share: blocks, a distance, a machine's name."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


class Residual(nn.Module):
    """Two convolutions around which the picture also goes unchanged."""

    def __init__(self, width: int) -> None:
        super().__init__()
        last = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.change = nn.Sequential(conv(width, width), last, nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        """(B,width,h,w) to the same."""
        return F.silu(x + self.change(x))


def conv(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """A 3 × 3 convolution, normalised, SiLU: (B,inputs,h,w) to (B,outputs,h/stride,w/stride)."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.SiLU()
    )


@dataclass(frozen=True)
class Gaussian:
    """Mean (D,) and covariance (D,D), float64."""

    mean: Tensor
    covariance: Tensor

    @classmethod
    def of(cls, features: Tensor) -> "Gaussian":
        """Fitted to features (N,D), N at least 2."""
        exact = features.double()
        return cls(exact.mean(0), torch.cov(exact.T).reshape(exact.shape[1], -1))


def frechet_distance(a: Gaussian, b: Gaussian) -> float:
    """|m_a - m_b|^2 + tr(S_a + S_b - 2 (S_a S_b)^1/2) (Dowson & Landau 1982; Heusel et al. 2017).

    The last trace is the sum of the roots of the eigenvalues of S_a^1/2 S_b S_a^1/2, which is
    symmetric, so that no root of a general matrix is taken.
    """
    values, vectors = torch.linalg.eigh(a.covariance)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T
    cross = torch.linalg.eigvalsh(root @ b.covariance @ root).clamp(min=0).sqrt().sum()
    spread = a.covariance.trace() + b.covariance.trace() - 2 * cross
    return max(0.0, float((a.mean - b.mean).square().sum() + spread))


def frechet_between(a: Tensor, b: Tensor) -> float | None:
    """The distance of two sets of features (N,D) and (M,D); None where one has fewer than two."""
    if min(len(a), len(b)) < 2:
        return None
    return frechet_distance(Gaussian.of(a), Gaussian.of(b))


def describe_machine(device: torch.device) -> str:
    """The device's kind, cores and threads: "AMD EPYC, 2 cores, 1 thread"."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    threads = torch.get_num_threads()
    return f"{processor()}, {os.cpu_count()} cores, {threads} thread{'s' * (threads > 1)}"


def processor() -> str:
    """The processor's name where the system tells it, its architecture otherwise."""
    table = Path("/proc/cpuinfo")
    lines = table.read_text("utf-8").splitlines() if table.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(names), "") or platform.processor() or platform.machine()
