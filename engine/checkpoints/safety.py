"""The safety checker and the watermarker that lie in IF's folders: which ones are to be used."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.checkpoints.weights import Weights, choose, find_weights, read_json
from engine.errors import Unavailable


@dataclass(frozen=True)
class FilterFolders:
    """Where the filters of finished pictures lie; None where there are none."""

    checker: Path | None
    watermarker: Path | None


def asks_for_checker(root: Path) -> bool:
    """Whether a stage's folder says that its pictures go through a safety checker."""
    index = read_json(root / "model_index.json")
    named = (index.get("safety_checker") or [None])[0] is not None
    return named and bool(index.get("requires_safety_checker", True))


def checker_weights(root: Path, half: bool) -> Weights | None:
    """The safety checker of a folder; None where it is only a pickle or not there.

    Raises BadInput where its files are damaged.
    """
    if not (root / "feature_extractor" / "preprocessor_config.json").is_file():
        return None
    return _weights(root / "safety_checker", half)


def find_filters(roots: Sequence[Path], half: bool) -> FilterFolders:
    """The filters of a cascade's stages; all of IF's have the same ones.

    Raises BadInput where one is damaged, Unavailable where a stage asks for a safety checker and
    none can be read: the licence of such a model does not allow to go on without.
    """
    checker = next((root for root in roots if checker_weights(root, half)), None)
    asking = next((root for root in roots if asks_for_checker(root)), None)
    if asking is not None and checker is None:
        raise Unavailable(_lacking(asking))
    marking = (root for root in roots if _weights(root / "watermarker", half))
    return FilterFolders(checker if asking else None, next(marking, None))


def _weights(folder: Path, half: bool) -> Weights | None:
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    if "config.json" not in names or choose(names, half) is None:
        return None
    return find_weights(folder, half)


def _lacking(root: Path) -> str:
    folder = root / "safety_checker"
    pickled = sorted(folder.glob("*.bin")) if folder.is_dir() else []
    what = "is only there as a pickle, which is never read" if pickled else "is missing"
    return (
        f"{folder} {what}, and the model asks for its safety checker: `hf download"
        " DeepFloyd/IF-II-M-v1.0 --include 'safety_checker/*.safetensors' 'safety_checker/*.json'"
        f" 'feature_extractor/*' --local-dir {root}` gets the same one"
    )
