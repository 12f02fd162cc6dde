"""A stage on disk: a folder in a DeepFloyd IF repository's layout, checked before loading."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.checkpoints.weights import Weights, find_weights, fingerprint, read_json
from engine.errors import BadInput

_PIPELINES = {
    1: ("IFPipeline", "IFImg2ImgPipeline", "IFInpaintingPipeline"),
    2: (
        "IFSuperResolutionPipeline",
        "IFImg2ImgSuperResolutionPipeline",
        "IFInpaintingSuperResolutionPipeline",
    ),
}
_NUMERALS = {1: "I", 2: "II"}
_CHANNELS = {1: 3, 2: 6}
_TOKENIZER_FILES = ("tokenizer.json", "spiece.model")


@dataclass(frozen=True)
class TextFolder:
    """A T5 encoder with its tokenizer, under a stage's folder."""

    root: Path
    weights: Weights
    width: int

    @property
    def fingerprint(self) -> str:
        """Of everything that the embedding of a prompt depends on."""
        vocabulary = [f for f in (self.root / "tokenizer").iterdir() if f.is_file()]
        config = self.root / "text_encoder" / "config.json"
        return fingerprint([*vocabulary, config, *self.weights.files], self.root)


@dataclass(frozen=True)
class StageFolder:
    """One stage's folder: its configs as read, and its weight files. noising is stage II's."""

    root: Path
    unet: dict[str, Any]
    weights: Weights
    scheduler: dict[str, Any]
    noising: dict[str, Any] | None
    text: TextFolder | None

    @property
    def fingerprint(self) -> str:
        """Of everything that a picture of this stage depends on, but for the text."""
        return fingerprint([*self.root.glob("*scheduler/*.json"), *self._network], self.root)

    @property
    def text_width(self) -> int:
        """Numbers a token that the UNet reads."""
        return int(self.unet.get("encoder_hid_dim") or self.unet["cross_attention_dim"])

    @property
    def _network(self) -> list[Path]:
        return [self.root / "unet" / "config.json", *self.weights.files]


def read_stage(root: Path, number: int, half: bool = False, *, text: bool = True) -> StageFolder:
    """Check stage `number` (1 or 2) at `root`, and say what it holds.

    `half` prefers half-precision files where the folder has both. Without `text` stage I's text
    encoder may be missing. Raises BadInput naming the first file that is missing, damaged,
    pickled, or of another architecture.
    """
    _check_index(root, number, text)
    unet = _checked_unet(root / "unet" / "config.json", number)
    return StageFolder(
        root,
        unet,
        find_weights(root / "unet", half),
        _scheduler(root, "scheduler"),
        _scheduler(root, "image_noising_scheduler") if number == 2 else None,
        _text(root, half, text) if number == 1 else None,
    )


def _scheduler(root: Path, name: str) -> dict[str, Any]:
    return read_json(root / name / "scheduler_config.json")


def check_kind(root: Path, number: int, name: str) -> dict[str, Any]:
    """model_index.json of what is to be stage `number`; BadInput where `name` is no such model."""
    index = read_json(root / "model_index.json")
    pipeline = index.get("_class_name")
    if pipeline in _PIPELINES[number]:
        return index
    line = f"{name} is a {pipeline}; stage {_NUMERALS[number]} must be DeepFloyd IF's"
    line = f"{line} {_PIPELINES[number][0]}"
    if number == 1 and pipeline in _PIPELINES[2]:
        line += f": give a stage I as --model, and this one as --stage2 {name}"
    raise BadInput(line)


def _check_index(root: Path, number: int, text: bool) -> None:
    index = check_kind(root, number, str(root))
    if number == 1 and text and (index.get("text_encoder") or [None])[0] is None:
        raise BadInput(f"{root} has no text encoder; stage I needs text_encoder/ and tokenizer/")


def _checked_unet(path: Path, number: int) -> dict[str, Any]:
    config = read_json(path)
    kind, channels = config.get("_class_name"), config.get("in_channels")
    if kind != "UNet2DConditionModel" or channels != _CHANNELS[number]:
        raise BadInput(
            f"{path} describes a {kind} of {channels} input channels; stage {_NUMERALS[number]}"
            f" must be a UNet2DConditionModel of {_CHANNELS[number]}"
        )
    return config


def _text(root: Path, half: bool, needed: bool) -> TextFolder | None:
    try:
        return read_text(root, half)
    except BadInput:
        if needed:
            raise
        return None


def read_text(root: Path, half: bool) -> TextFolder:
    """The text encoder of a stage's folder; BadInput where it is not whole, or no T5."""
    config = read_json(root / "text_encoder" / "config.json")
    if config.get("model_type") != "t5":
        raise BadInput(
            f"{root / 'text_encoder'} is a {config.get('model_type')} model; IF's text encoder"
            " must be a t5"
        )
    if not any((root / "tokenizer" / name).is_file() for name in _TOKENIZER_FILES):
        missing = root / "tokenizer" / _TOKENIZER_FILES[0]
        raise BadInput(
            f"{missing} (or spiece.model) is missing; the model folder is not whole, copy it again"
        )
    return TextFolder(root, find_weights(root / "text_encoder", half), int(config["d_model"]))


def check_fits(stage: StageFolder, first: StageFolder) -> None:
    """BadInput where a stage was trained with a text encoder of another width than stage I's."""
    if stage.text_width != (width := first.text.width if first.text else first.text_width):
        whose = "the text encoder of " if first.text else ""
        raise BadInput(
            f"{stage.root} reads text of {stage.text_width} numbers a token, but {whose}"
            f"{first.root} has {width}; the stages must belong together"
        )
