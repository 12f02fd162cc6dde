"""How far two sets of pictures are apart, as Gaussians in the judge's features."""

from dataclasses import dataclass

import torch
from torch import Tensor


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


def distance(a: Gaussian, b: Gaussian) -> float:
    """|m_a - m_b|^2 + tr(S_a + S_b - 2 (S_a S_b)^1/2) (Dowson & Landau 1982; Heusel et al. 2017).

    The last trace is the sum of the roots of the eigenvalues of S_a^1/2 S_b S_a^1/2, which is
    symmetric, so that no root of a general matrix is taken.
    """
    values, vectors = torch.linalg.eigh(a.covariance)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T
    cross = torch.linalg.eigvalsh(root @ b.covariance @ root).clamp(min=0).sqrt().sum()
    spread = a.covariance.trace() + b.covariance.trace() - 2 * cross
    return max(0.0, float((a.mean - b.mean).square().sum() + spread))


def between(a: Tensor, b: Tensor) -> float | None:
    """The distance of two sets of features (N,D) and (M,D); None where one has fewer than two."""
    if min(len(a), len(b)) < 2:
        return None
    return distance(Gaussian.of(a), Gaussian.of(b))
