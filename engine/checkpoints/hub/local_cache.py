"""What of a hub repository is on the disk already, in the hub's own cache."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.checkpoints.hub import errors, resumable_download
from engine.checkpoints.hub.repository import SILENT, File, Role, Wanted
from engine.checkpoints.layout import check_kind, read_stage
from engine.checkpoints.safety import asks_for_checker, checker_weights
from engine.errors import BadInput, Unavailable

LARGE = 16 << 20
"""Bytes from which a file is fetched so that it can be continued."""
_NUMBERS = {"stage I": 1, SILENT: 1, "stage II": 2}


@dataclass(frozen=True)
class Listing:
    """The files of a repository that are wanted."""

    wanted: Wanted
    files: tuple[File, ...]

    @property
    def names(self) -> list[str]:
        """Of all of them, in order."""
        return sorted(file.name for file in self.files)

    @property
    def large(self) -> list[File]:
        """Those that are fetched so that they can be continued."""
        return [file for file in self.files if file.sha256 and file.size >= LARGE]

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(file.size for file in self.files)

    @property
    def here(self) -> int:
        """Bytes of the large ones that are on the disk."""
        return sum(self.part_of(file) for file in self.large)

    def part_of(self, file: File) -> int:
        """Bytes of one large file that are on the disk, whole or not."""
        target = self.blob(file)
        part = resumable_download.partial(target)
        if target.exists():
            return file.size
        return min(part.stat().st_size, file.size) if part.exists() else 0

    def blob(self, file: File) -> Path:
        """Where the cache keeps a large file."""
        return folder() / f"models--{self.wanted.repo.replace('/', '--')}/blobs/{file.sha256}"


def folder() -> Path:
    """The hub's cache: $HF_HUB_CACHE, or hub/ in $HF_HOME."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def newest(repo: str) -> Path | None:
    """The newest copy of a repository, whole or not. BadInput where the id is not possible."""
    import huggingface_hub as hub
    from huggingface_hub.errors import HFValidationError

    try:
        index = hub.try_to_load_from_cache(repo, "model_index.json", cache_dir=folder())
    except HFValidationError:
        raise BadInput(f"{repo!r} is neither a folder here nor a possible hub id") from None
    return Path(index).parent if isinstance(index, str) else None


def whole(wanted: Wanted, half: bool) -> Path | None:
    """The newest copy, where it lacks nothing that is wanted."""
    root = newest(wanted.repo)
    return None if root is None or lacking(root, wanted, half) else root


def lacking(root: Path, wanted: Wanted, half: bool) -> str | None:
    """What a copy lacks, in words; None where it is whole."""
    try:
        check_whole(root, wanted.role, half)
    except BadInput as error:
        return str(error).partition(";")[0]
    return None


def check_room(listings: Sequence[Listing]) -> None:
    """Unavailable where the disk of the cache has no room for what is not on it yet."""
    more = sum(listing.size - listing.here for listing in listings)
    place = folder()
    there = next(p for p in (place, *place.absolute().parents) if p.exists())
    free = shutil.disk_usage(there).free
    if more > free:
        repos = " and ".join(listing.wanted.repo for listing in listings)
        raise Unavailable(errors.no_room(repos, more, free, str(place)))


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
