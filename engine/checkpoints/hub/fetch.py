"""Models from the Hugging Face hub: only the files that are read, kept in the hub's own cache.

A model that is in the cache is taken from there without asking the hub. What is told meanwhile are
lines, and how far a download is.
"""

import errno
import re
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from engine.checkpoints.hub import errors as refusals
from engine.checkpoints.hub import local_cache, resumable_download
from engine.checkpoints.hub.local_cache import Listing, check_index
from engine.checkpoints.hub.repository import File, Wanted, needed
from engine.errors import BadInput
from engine.runs.timing import duration

EVERY = 1.0
"""Seconds between two lines about a download."""


@dataclass(frozen=True)
class Portion:
    """A line about a download, with the bytes that are here and those that will be."""

    text: str
    done: int
    total: int


Emit = Callable[[str], None]
EmitAll = Callable[[str | Portion], None]


class DownloadMeter:
    """Turns the bytes of a download into a Portion now and then; `emit` may raise Stopped.

    `done` of `total` bytes are here already.
    """

    def __init__(
        self,
        name: str,
        done: int,
        total: int,
        emit: EmitAll,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name, self.done, self.total, self._emit, self._clock = name, done, total, emit, clock
        self._seen: deque[tuple[float, int]] = deque([(clock(), done)], maxlen=10)

    def at(self, done: int) -> None:
        """So many bytes are here now."""
        self.done = done
        if self._clock() - self._seen[-1][0] >= EVERY:
            self._seen.append((self._clock(), done))
            self._emit(self.portion)

    @property
    def portion(self) -> Portion:
        """How far it is, how fast, and how long it will take."""
        (began, before), (now, done) = self._seen[0], self._seen[-1]
        rate = (done - before) / (now - began) if now > began else 0.0
        line = f"fetching {self.name}: {self.done / 1e9:.1f} of {self.total / 1e9:.1f} GB"
        if rate > 0:
            line += f", {rate / 1e6:.1f} MB/s, {duration((self.total - self.done) / rate)} left"
        return Portion(line, self.done, self.total)


T = TypeVar("T")
Ahead = Callable[[Sequence[Path], int], None]
"""Told of folders with the configs of what is wanted, before so many bytes are fetched."""
_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_TIMEOUT = 10.0
"""Seconds for the hub's first answer; without, a network that drops packets would hold us up."""
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS)


def is_hub_id(name: str) -> bool:
    """Whether a name has the form owner/name."""
    return _ID.fullmatch(name) is not None


def fetch(
    wanted: Sequence[Wanted], half: bool, emit: EmitAll, ahead: Ahead | None = None
) -> list[Path]:
    """The folders that hold what is wanted, downloaded where they are not yet here.

    Every repository is asked for, and the disk looked at, before anything is fetched; then the
    configs are, and `ahead` is told where they are and how many bytes are to come. Raises
    Unavailable, saying what to do, where there is no network, no access or no room, BadInput where
    an id is not a possible one.
    """
    copies = [local_cache.whole(w, half) for w in wanted]
    listings = [_listed(w, half) for w, path in zip(wanted, copies, strict=True) if path is None]
    local_cache.check_room(listings)
    if ahead and listings:
        configs = iter([_configs(listing, half) for listing in listings])
        ahead([path or next(configs) for path in copies], sum(listing.size for listing in listings))
    fetched = iter([_download(listing, half, emit) for listing in listings])
    return [path or next(fetched) for path in copies]


def missing(wanted: Sequence[Wanted], half: bool) -> int:
    """Bytes that `fetch` would bring; it raises the same, but for the disk's room."""
    absent = [w for w in wanted if local_cache.whole(w, half) is None]
    return sum(listing.size - listing.here for listing in (_listed(w, half) for w in absent))


def _listed(wanted: Wanted, half: bool) -> Listing:
    import huggingface_hub as hub

    def look() -> Listing:
        info = hub.HfApi().model_info(wanted.repo, files_metadata=True, timeout=_TIMEOUT)
        if getattr(info, "gated", False):  # a listing is shown to everybody
            hub.HfApi().auth_check(wanted.repo)
        index = hub.hf_hub_download(wanted.repo, "model_index.json")
        check_index(Path(index).parent, wanted.role, wanted.repo)
        files = [_file(sibling) for sibling in info.siblings or []]
        names = set(needed((file.name for file in files), half, wanted.role))
        return Listing(wanted, tuple(file for file in files if file.name in names))

    return _asked(wanted, half, look)


def _file(sibling: Any) -> File:
    lfs = getattr(sibling, "lfs", None)
    return File(sibling.rfilename, sibling.size or 0, lfs.sha256 if lfs else None)


def _configs(listing: Listing, half: bool) -> Path:
    """The folder with the configs of a repository, and perhaps more."""
    import huggingface_hub as hub

    names = [name for name in listing.names if name.endswith("config.json")]

    def bring() -> Path:
        return Path(hub.snapshot_download(listing.wanted.repo, allow_patterns=names))

    return _asked(listing.wanted, half, bring)


def _download(listing: Listing, half: bool, emit: EmitAll) -> Path:
    import huggingface_hub as hub

    repo, here = listing.wanted.repo, listing.here
    there = f", {here / 1e9:.1f} GB of them here" if here else ""
    emit(f"fetching {repo}: {len(listing.files)} files, {listing.size / 1e9:.1f} GB{there}")
    meter = DownloadMeter(repo, here, listing.size, emit)

    def bring() -> Path:
        for file in listing.large:
            _bring(listing, file, meter)
        return Path(hub.snapshot_download(repo, allow_patterns=listing.names))

    return _asked(listing.wanted, half, bring)


def _bring(listing: Listing, file: File, meter: DownloadMeter) -> None:
    import huggingface_hub as hub

    target, others = listing.blob(file), meter.done - listing.part_of(file)
    if target.exists():
        return
    url = hub.hf_hub_url(listing.wanted.repo, file.name)
    resumable_download.fetch(
        url, target, file.size, lambda n: meter.at(others + n), resumable_download.pause
    )
    meter.done = others + file.size


def _asked(wanted: Wanted, half: bool, ask: Callable[[], T]) -> T:
    """What the hub answers; its refusals in one line each."""
    import huggingface_hub as hub
    from huggingface_hub import errors

    repo = wanted.repo
    # the transport's errors come through as they are; they share the bases of the hub's own
    unreachable: Any = errors.HfHubHTTPError.__bases__
    try:
        return ask()
    except errors.HFValidationError:
        raise BadInput(f"{repo!r} is neither a folder here nor a possible hub id") from None
    except errors.GatedRepoError as error:
        message = refusals.gated(repo, hub.get_token() is not None, str(error))
        raise refusals.refusal(wanted, message) from None
    except errors.RemoteEntryNotFoundError:
        raise BadInput(f"{repo} has no model_index.json: it is no DeepFloyd IF model") from None
    except errors.RepositoryNotFoundError:
        raise refusals.refusal(wanted, refusals.unknown(repo)) from None
    except unreachable as error:
        if getattr(error, "errno", None) in _DISK:
            raise refusals.refusal(
                wanted, refusals.unwritable(str(local_cache.folder()), error)
            ) from None
        if _status(error) in (401, 403):
            raise refusals.refusal(wanted, refusals.expired(repo)) from None
        root = local_cache.newest(repo)
        lacking = local_cache.lacking(root, wanted, half) if root else None
        raise refusals.refusal(wanted, refusals.offline(repo, error, lacking)) from None


def _status(error: Exception) -> int:
    return int(getattr(getattr(error, "response", None), "status_code", 0))
