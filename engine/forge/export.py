"""Write a forge run's averaged weights as a cascade in a DeepFloyd repository's own layout."""

import hashlib
import json
import shutil
import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from diffusers import IFPipeline, IFSuperResolutionPipeline

from engine import vocabulary
from engine.forge import ema, networks
from engine.forge.drawings import credit
from engine.forge.near_words import table
from engine.forge.near_words.cascade import taught
from engine.forge.pictures import rows
from engine.forge.run_folder import ForgeRun
from engine.forge.text import Words
from engine.specs.forge import Forge
from engine.vocabulary import Vocabulary


def stage1_pipeline(unet: Any, words: Words) -> Any:
    """An IFPipeline without filter or watermark (the bundled cascade knows nothing to filter)."""
    return IFPipeline(
        words.tokenizer, words.encoder, unet, networks.scheduler(1.5), None, None, None,
        requires_safety_checker=False,
    )  # fmt: skip


def stage2_pipeline(unet: Any, words: Words) -> Any:
    """An IFSuperResolutionPipeline without filter or watermark, sampling with β̃."""
    networks.with_posterior_variance(unet)
    return IFSuperResolutionPipeline(
        words.tokenizer, words.encoder, unet, networks.scheduler(1.0),
        networks.noising_scheduler(), None, None, None, requires_safety_checker=False,
    )  # fmt: skip


PIPELINES = {1: stage1_pipeline, 2: stage2_pipeline}


def write(pipeline: Any, folder: Path) -> None:
    """Save a pipeline, its UNet in half precision, replacing `folder` by renames.

    The text encoder (a few MB) stays in single precision: transformers opens a model in the dtype
    of its file, diffusers in float32, and a pipeline must open in one.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.with_name(f".{folder.name}-{uuid.uuid4().hex[:8]}")
    pipeline.unet.half()
    pipeline.unet.register_to_config(_name_or_path="")  # the folder that it began with is private
    pipeline.save_pretrained(temporary)
    for file in temporary.rglob("*.safetensors"):
        file.chmod(0o644)  # safetensors makes them readable by their owner alone
    old = folder.with_name(f".{folder.name}-old-{uuid.uuid4().hex[:8]}")
    if folder.exists():
        folder.replace(old)
    temporary.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def spoken_in(folder: Path) -> Vocabulary:
    """The vocabulary of a data set: its own, or the words of its captions."""
    if found := vocabulary.read(folder):
        return found
    words = {word for _, text in rows(folder) for word in vocabulary.words_of(text)}
    return Vocabulary(tuple(sorted(words)))


def known(found: Vocabulary, folder: Path, out: Path) -> None:
    """Write what a cascade knows, and the NOTICE that says whose drawings it is made of."""
    out.mkdir(parents=True, exist_ok=True)
    (out / vocabulary.FILE).write_text(found.to_json(), "utf-8")
    if (owed := folder / credit.FILE).is_file():
        shutil.copyfile(owed, out / credit.FILE)


@dataclass(frozen=True)
class TextModel:
    """A text encoder and a vocabulary, the same as others whose contents are the same."""

    digest: str
    words: Words = field(compare=False)
    known: Vocabulary = field(compare=False)

    @classmethod
    def of(cls, words: Words, known: Vocabulary) -> "TextModel":
        """With the digest of weights, tokens and vocabulary."""
        tokens = json.dumps(words.tokenizer.get_vocab(), sort_keys=True)
        digest = hashlib.sha256(f"{tokens}{known.to_json()}".encode())
        for name, value in sorted(words.encoder.state_dict().items()):
            digest.update(name.encode() + value.cpu().contiguous().numpy().tobytes())
        return cls(digest.hexdigest(), words, known)


@lru_cache(maxsize=1)
def near(model: TextModel) -> tuple[Words, Vocabulary]:
    """Both with near words. To learn them takes a core ten seconds, and a run is often exported."""
    return taught(model.words, model.known, table.bundled())


def cascade(spec: Forge, run: ForgeRun, words: Words) -> dict[str, int]:
    """Write `stage-1/` and `stage-2/` of a run from what is trained; steps of each stage.

    Words near those of the captions are taught to the text encoder on the way.
    """
    folder = Path(spec.folder)
    words, found = near(TextModel.of(words, spoken_in(folder)))
    written: dict[str, int] = {}
    for number, pipeline in PIPELINES.items():
        unet = networks.described(spec, run, number, words.encoder.config.d_model)
        step = ema.load(run, f"stage{number}", unet)
        if step is not None:
            write(pipeline(unet.eval(), words), run.cascade / f"stage-{number}")
            written[f"stage-{number}"] = step
    known(found, folder, run.cascade)
    return written
