"""What a judge says of pictures, and how often it is right."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from engine.forge.classifier.labelled_renderings import SIDE
from engine.forge.classifier.network import WIDTH, Judge
from engine.forge.pictures import to_unit

BATCH = 500


@dataclass(frozen=True)
class Opinion:
    """Probabilities (N,K) of each head, and the features (N,128) that they are read from."""

    chances: dict[str, Tensor]
    features: Tensor

    def right(self, head: str, labels: Tensor, k: int = 1) -> Tensor:
        """Whether the true label (N,) is among the k likeliest, (N,) bool."""
        known = self.chances[head]
        likeliest = known.topk(min(k, known.shape[1]), dim=1).indices
        return (likeliest == labels.unsqueeze(1)).any(dim=1)


def at_judges_side(pictures: Tensor) -> Tensor:
    """Pictures (N,3,h,w) as (N,3,32,32), each pixel the mean of those that it covers."""
    small = F.interpolate(pictures, (SIDE, SIDE), mode="area")
    return small.contiguous(memory_format=torch.channels_last)


@torch.inference_mode()
def look(judge: Judge, pictures: Tensor) -> Opinion:
    """The judge's opinion of pictures (N,3,h,w), in [-1,1] or uint8; N may be 0."""
    features = [torch.empty(0, WIDTH)]
    for part in torch.split(pictures, BATCH):
        seen = to_unit(part) if part.dtype == torch.uint8 else part.clamp(-1, 1)
        features.append(judge.features(at_judges_side(seen)))
    whole = torch.cat(features)
    chances = {head: logits.softmax(1) for head, logits in judge.read(whole).items()}
    return Opinion(chances, whole)
