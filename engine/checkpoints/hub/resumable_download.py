"""One large file from the hub, continued where an earlier attempt broke off.

huggingface_hub from 2.0 on throws away what it had of a file when a download breaks off or is
stopped. The largest file of IF has 10 GB, so those are fetched here, into the place where the
library looks for them; it fetches the small ones, and links all into its snapshot.
"""

import errno
import fcntl
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from engine.errors import Unavailable

ProgressCallback = Callable[[int], None]
"""Called with the bytes of this file that are here; it may raise Stopped."""
TRIES, TIMEOUT = 5, 10.0
"""Attempts without a single new byte, and seconds of silence, until a download is given up."""
_BLOCK = 1 << 20


def fetch(
    url: str, target: Path, size: int, report: ProgressCallback, wait: Callable[[], None]
) -> None:
    """Fetch `size` bytes at `url` to `target`, whose name is their sha256 (hex).

    What is there of `target`.incomplete is kept and continued. `wait` is called between two
    attempts. Raises Unavailable, saying what is kept, where the network or the disk gives up.
    """
    part = partial(target)
    part.parent.mkdir(parents=True, exist_ok=True)
    with _alone(part) as file:
        continued = file.tell() > 0
        _complete(url, file, size, report, wait)
    if continued:
        _check(part, target.name)
    part.replace(target)


def partial(target: Path) -> Path:
    """Where a file is until it is whole."""
    return target.with_name(f"{target.name}.incomplete")


def pause() -> None:
    """Between two attempts."""
    time.sleep(1)


@contextmanager
def _alone(part: Path) -> Iterator[IO[bytes]]:
    """The file, opened at its end, for this process only, where its disk knows locks."""
    with part.open("ab", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(
                f"another process is fetching {part}: wait until it has ended"
            ) from None
        except OSError:
            pass
        yield file


def _complete(
    url: str, file: IO[bytes], size: int, report: ProgressCallback, wait: Callable[[], None]
) -> None:
    """Try until the file is whole; only attempts that brought nothing count."""
    left = TRIES
    while True:
        before = file.tell()
        try:
            return _stream(url, file, size, report)
        except _interruptions() as error:
            left = TRIES if file.tell() > before else left - 1
            if left == 0:
                raise Unavailable(_broken_off(file, size, error)) from None
        report(file.tell())
        wait()


def _stream(url: str, file: IO[bytes], size: int, report: ProgressCallback) -> None:
    """Append what is missing; an httpx transport error where the connection breaks."""
    import huggingface_hub as hub

    have = file.tell()
    if have > size:
        have = _begin_again(file)
    if have == size:
        return
    library: Any = hub.utils  # which does not say for mypy that it exports them
    headers = library.build_hf_headers() | {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with hub.get_session().stream("GET", url, headers=headers, timeout=TIMEOUT) as response:
        if response.status_code >= 500:
            raise ConnectionError(f"status {response.status_code}")
        library.hf_raise_for_status(response)
        if have and response.status_code != 206:  # a server that knows no ranges
            _begin_again(file)
        for chunk in response.iter_bytes():
            _append(file, chunk)
            report(file.tell())
    if file.tell() < size:
        raise ConnectionError("the server closed the connection")


def _begin_again(file: IO[bytes]) -> int:
    file.truncate(0)
    return file.seek(0)


def _append(file: IO[bytes], chunk: bytes) -> None:
    rest = memoryview(chunk)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        why = "the disk is full" if full else str(error)
        raise Unavailable(
            f"cannot write {file.name}: {why}; what was fetched is kept, and the same command goes"
            " on from there"
        ) from None


def _interruptions() -> tuple[type[Exception], ...]:
    """What a broken connection raises, by whatever name the hub's transport has."""
    from huggingface_hub.errors import HfHubHTTPError

    root: Any = HfHubHTTPError.__bases__[0]
    transport = next(
        (kind for kind in root.__subclasses__() if kind.__name__ == "RequestError"), root
    )
    return transport, ConnectionError, TimeoutError


def _check(part: Path, sha256: str) -> None:
    """A file in several pieces must be what its name says."""
    digest = hashlib.sha256()
    with part.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    if digest.hexdigest() != sha256:
        part.unlink()
        raise Unavailable(f"{part.name} came damaged from the hub; the same command fetches it new")


def _broken_off(file: IO[bytes], size: int, error: Exception) -> str:
    return (
        f"the download broke off at {file.tell() / 1e9:.2f} of {size / 1e9:.2f} GB of a file"
        f" ({type(error).__name__}); what was fetched is kept, and the same command goes on from"
        " there"
    )
