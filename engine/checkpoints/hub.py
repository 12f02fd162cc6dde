"""A model from the Hugging Face hub: only the files that are read, kept in the hub's own cache."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from engine.checkpoints.weights import choose
from engine.errors import BadInput, Unavailable

_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_CONFIGS = re.compile(
    r"model_index\.json|(tokenizer|[a-z_]*scheduler)/.*|(unet|text_encoder)/config\.json"
)
_WEIGHTS = ("unet", "text_encoder")


def is_hub_id(name: str) -> bool:
    """Whether a name has the form owner/name."""
    return _ID.fullmatch(name) is not None


def snapshot(repo: str, half: bool, emit: Callable[[str], None]) -> Path:
    """The folder that holds the hub's `repo`, downloaded where it is not yet here.

    Raises Unavailable, saying what to do, where there is no network or no access, BadInput where
    the id is not a possible one.
    """
    import huggingface_hub as hub
    from huggingface_hub import errors

    # the transport's errors come through as they are; they share the bases of the hub's own
    unreachable: Any = errors.HfHubHTTPError.__bases__
    try:
        return _download(repo, half, emit)
    except errors.HFValidationError:
        raise BadInput(f"{repo!r} is neither a folder here nor a possible hub id") from None
    except errors.GatedRepoError:
        raise Unavailable(_gated(repo)) from None
    except errors.RepositoryNotFoundError:
        raise Unavailable(
            f"{repo} is neither a folder here nor a model that the hub shows you; check the name,"
            " or log in with `hf auth login` if it is private"
        ) from None
    except unreachable as error:
        try:
            return Path(hub.snapshot_download(repo, local_files_only=True))
        except (errors.LocalEntryNotFoundError, OSError):
            raise Unavailable(_offline(repo, error)) from None


def _download(repo: str, half: bool, emit: Callable[[str], None]) -> Path:
    import huggingface_hub as hub

    listing = hub.HfApi().model_info(repo, files_metadata=True)
    sizes = {file.rfilename: file.size or 0 for file in listing.siblings or []}
    wanted = needed(sizes, half)
    total = sum(sizes[name] for name in wanted) / 1e9
    emit(f"fetching {repo}: {len(wanted)} files, {total:.1f} GB")
    return Path(hub.snapshot_download(repo, allow_patterns=wanted))


def needed(names: Iterable[str], half: bool) -> list[str]:
    """Of a repository's files, the configs and one variant of the safetensors weights."""
    paths = [PurePosixPath(name) for name in names]
    wanted = {str(path) for path in paths if _CONFIGS.fullmatch(str(path))}
    for part in _WEIGHTS:
        inside = [path for path in paths if path.parent == PurePosixPath(part)]
        if chosen := choose([path.name for path in inside], half):
            wanted |= {str(p) for p in inside if _belongs(p.name, *chosen)}
    return sorted(wanted)


def _belongs(name: str, entry: str, variant: str | None) -> bool:
    """Whether a file is the chosen entry or, where that is an index, one of its shards."""
    if not entry.endswith(".json"):
        return name == entry
    half_file = "fp16" in name
    return name == entry or (
        name.endswith(".safetensors") and "-of-" in name and half_file == (variant == "fp16")
    )


def _gated(repo: str) -> str:
    return (
        f"{repo} asks you to accept its licence: do so at https://huggingface.co/{repo}, then log"
        " in with `hf auth login`"
    )


def _offline(repo: str, error: Exception) -> str:
    return (
        f"{repo} is neither a folder here nor in the hub's cache, and the hub cannot be reached"
        f" ({type(error).__name__}); connect to the network, log in with `hf auth login` and accept"
        f" the licence at https://huggingface.co/{repo}, or give a folder"
    )
