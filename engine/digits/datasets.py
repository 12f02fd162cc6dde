"""Data by name: a folder, the bundled digits, or what is published, through torchvision."""

import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engine.digits.data import Split, StatusCallback, bundled, from_folder
from engine.errors import BadInput, Unavailable
from engine.prompt_cache import cache_folder

DEBIAN_FASHION = Path("/usr/share/datasets/fashion-mnist")
"""Where Debian's package dataset-fashion-mnist puts its files."""
NETWORK_TIMEOUT = 15.0
"""Seconds that a mirror may be silent before the next is asked."""


def load(name: str, tell: StatusCallback = lambda text: None) -> Split:
    """The digits of ``mnist``, ``bundled``, ``fashion``, or of a folder in IDX form.

    ``tell`` hears what takes long, and that the bundled digits stand in for an MNIST that cannot
    be downloaded. Raises BadInput for a folder without such files, or with a bad one, and
    Unavailable where Fashion-MNIST cannot be had.
    """
    if name == "mnist":
        return mnist(tell)
    if name == "fashion":
        return fashion(tell)
    return bundled() if name == "bundled" else from_folder(Path(name).expanduser())


def mnist(tell: StatusCallback) -> Split:
    """All 70,000 digits, downloaded once; the bundled ones where that is impossible."""
    try:
        return _published("MNIST", tell)
    except Unavailable as error:
        train, test = bundled()
        source = f"{train.source}, since {error}"
        return Split(replace(train, source=source), replace(test, source=source))


def fashion(tell: StatusCallback) -> Split:
    """Fashion-MNIST (Xiao et al. 2017, arXiv 1708.07747): of a Debian package, or downloaded."""
    if DEBIAN_FASHION.is_dir():
        return from_folder(DEBIAN_FASHION, "Fashion-MNIST of Debian's dataset-fashion-mnist")
    try:
        return _published("FashionMNIST", tell)
    except Unavailable as error:
        way = "install Debian's dataset-fashion-mnist, or train with --data bundled"
        raise Unavailable(f"{error}; {way}") from None


def _published(name: str, tell: StatusCallback) -> Split:
    from torchvision import datasets

    root, kind = cache_folder() / "data", getattr(datasets, name)
    mirrors = " and ".join(str(urlsplit(mirror).hostname) for mirror in kind.mirrors)
    tell(f"looking for {name}, here and at {mirrors}")
    try:
        root.mkdir(parents=True, exist_ok=True)
        with _told(name, tell):
            raw = Path(kind(root, download=True).raw_folder)
    except (RuntimeError, OSError, EOFError, ValueError, zlib.error) as error:
        raise Unavailable(f"{name} cannot be had from {mirrors} ({_why(error)})") from None
    try:
        return from_folder(raw, f"{name}, 70,000 pictures")
    except BadInput as error:
        raise BadInput(f"{error}; delete {raw} to download it again") from None


def _why(error: Exception) -> str:
    """The last line that says something: torchvision's own errors are a list of mirrors'."""
    lines = [line.strip(" <>") for line in str(error).splitlines() if line.strip()]
    return lines[-1].removeprefix("urlopen error ") if lines else type(error).__name__


@contextmanager
def _told(name: str, tell: StatusCallback) -> Iterator[None]:
    """Hear of the download's progress instead of torchvision's bar, which would paint the screen.

    A mirror that is silent is given up: torchvision itself would wait for ever.
    """
    from torchvision.datasets import utils

    class Bar:
        """Stands in for tqdm's: told how many bytes there are, and of each piece."""

        def __init__(self, total: int | None = None, **_: Any) -> None:
            self.total, self.had, self.said = total or 0, 0, -1

        def __enter__(self) -> "Bar":
            return self

        def __exit__(self, *_: object) -> None: ...

        def update(self, count: int) -> None:
            self.had += count
            part = 10 * self.had // self.total if self.total else 0
            if part > self.said:
                self.said = part
                tell(f"downloading {name}: {self.had / 1e6:.1f} of {self.total / 1e6:.1f} MB")

    before, waited = utils.tqdm, socket.getdefaulttimeout()
    utils.tqdm = Bar
    socket.setdefaulttimeout(NETWORK_TIMEOUT)
    try:
        yield
    finally:
        utils.tqdm = before
        socket.setdefaulttimeout(waited)
