"""Whether a folder holds all that a stage, or a safety checker, is opened from."""

from pathlib import Path

from engine.checkpoints.hub.repository import SILENT, Role
from engine.checkpoints.layout import check_kind, read_stage
from engine.checkpoints.safety import asks_for_checker, checker_weights
from engine.errors import BadInput

_NUMBERS = {"stage I": 1, SILENT: 1, "stage II": 2}


def check_index(root: Path, role: Role, repo: str) -> None:
    """BadInput where a repository, of which model_index.json is here, is another kind of model."""
    if role in _NUMBERS:
        check_kind(root, _NUMBERS[role], repo)


def check_whole(root: Path, role: Role, half: bool) -> None:
    """BadInput, naming the first thing that is missing.

    A safety checker that the hub has only as a pickle is no fault of a stage: another's is taken.
    """
    if role == "safety checker":
        if checker_weights(root, half) is None:
            raise BadInput(f"{root / 'safety_checker'} has no .safetensors weights")
        return
    read_stage(root, _NUMBERS[role], half, text=role != SILENT)
    config = root / "safety_checker" / "config.json"
    if asks_for_checker(root) and not config.is_file():
        raise BadInput(f"{config} is missing")
