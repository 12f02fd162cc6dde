"""What the hub would not give, in one line each that says what to do."""

from engine.checkpoints.hub.repository import SILENT, Role, Wanted
from engine.errors import Unavailable

_ACCEPTED_ONCE = "DeepFloyd/IF-I-XL-v1.0"
"""Where DeepFloyd's licence is accepted, once for all of its models."""

_WITHOUT: dict[Role, str] = {
    "stage I": "",
    SILENT: "",
    "stage II": "; --stage2 none goes on without stage II, --stage2 FOLDER takes another",
    "safety checker": "; its licence asks for the safety checker of finished pictures",
}


def refusal(wanted: Wanted, why: str) -> Unavailable:
    """The error for a repository that is not to be had: what it was for, and how to do without."""
    whose = "" if wanted.role in ("stage I", SILENT) else f"{wanted.role}: "
    return Unavailable(f"{whose}{why}{_WITHOUT[wanted.role]}")


def gated(repo: str, logged_in: bool, said: str = "") -> str:
    """The licence is not accepted, or the hub does not know who asks. `said` is its own answer."""
    page = f"https://huggingface.co/{_page(repo)}"
    if "fine-grained" in said:
        return (
            f"the token in use may not read gated models such as {repo}: allow that at"
            " https://huggingface.co/settings/tokens, or log in with another by `hf auth login`"
        )
    if logged_in:
        return f"{repo} asks you to accept its licence: do so at {page}, as the account logged in"
    return (
        f"{repo} asks you to accept its licence: do so at {page}, then log in with `hf auth login`"
    )


def expired(repo: str) -> str:
    """The hub does not take the token that it was given."""
    return (
        f"the hub did not take the token in use for {repo}: log in again with `hf auth login`, or"
        " correct HF_TOKEN"
    )


def unknown(repo: str) -> str:
    """There is no such repository, or none that is shown."""
    return (
        f"{repo} is neither a folder here nor a model that the hub shows you; check the name,"
        " or log in with `hf auth login` if it is private"
    )


def offline(repo: str, error: Exception, lacking: str | None) -> str:
    """No network; `lacking` says what a copy in the cache lacks, None where there is no copy."""
    how = f"the hub cannot be reached ({type(error).__name__})"
    if lacking is not None:
        return f"{repo} is only partly in the hub's cache ({lacking}), and {how}; connect once more"
    return (
        f"{repo} is neither a folder here nor in the hub's cache, and {how}; connect to the"
        f" network, log in with `hf auth login` and accept the licence at"
        f" https://huggingface.co/{_page(repo)}, or give a folder"
    )


def unwritable(folder: str, error: OSError) -> str:
    """The hub's cache cannot be written."""
    return (
        f"cannot write the hub's cache {folder}: {(error.strerror or str(error)).lower()}; make"
        " room, or set HF_HOME to a folder that you can write"
    )


def no_room(repos: str, wanted: int, free: int, folder: str) -> str:
    """The disk is too small, before anything is fetched."""
    return (
        f"{repos} would take {wanted / 1e9:.1f} GB more in {folder}, where {free / 1e9:.1f} GB are"
        " free; free some, or set HF_HOME to a folder on a larger disk"
    )


def _page(repo: str) -> str:
    return _ACCEPTED_ONCE if repo.startswith("DeepFloyd/IF-") else repo
