"""From what a person typed after --model and --stage2 to the folders of both stages."""

from collections.abc import Callable
from pathlib import Path

from engine.checkpoints.hub import is_hub_id, snapshot
from engine.errors import BadInput

BUNDLED = Path(__file__).resolve().parents[2] / "assets" / "tiny-if"
_BUNDLED_NAMES = ("tiny-if", "bundled")
_AUTO = (None, "auto")


def find_folders(
    model: str, stage2: str | None, half: bool, emit: Callable[[str], None]
) -> tuple[Path, Path | None]:
    """The folders of stage I and of stage II (None: there is none, or it is not wanted).

    model: "tiny-if", a cascade folder (stage-1/, stage-2/), a stage I folder, or a hub id.
    stage2: "auto" or None (the one in the cascade folder), "none", a folder, or a hub id. Raises
    BadInput or Unavailable.
    """
    root = _folder(model, half, emit)
    first = root / "stage-1" if (root / "stage-1").is_dir() else root
    if stage2 == "none":
        return first, None
    if stage2 not in _AUTO:
        return first, _stage2_of(_folder(str(stage2), half, emit))
    beside = root / "stage-2"
    return first, beside if beside.is_dir() else None


def cascade_folder(first: Path) -> Path:
    """The folder of the whole cascade, from that of its stage I."""
    return first.parent if first.name == "stage-1" else first


def _stage2_of(root: Path) -> Path:
    return root / "stage-2" if (root / "stage-2").is_dir() else root


def _folder(name: str, half: bool, emit: Callable[[str], None]) -> Path:
    if name in _BUNDLED_NAMES:
        return BUNDLED
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    if is_hub_id(name):
        return snapshot(name, half, emit)
    raise BadInput(
        f"no model folder {name}; give a folder with model_index.json or stage-1/, a hub id such"
        " as DeepFloyd/IF-I-XL-v1.0, or tiny-if"
    )
