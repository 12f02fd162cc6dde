"""Data by name: MNIST, its small set, a folder, or Fashion-MNIST, through torchvision."""

import socket
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engine.digits.data import (
    Digits,
    Split,
    StatusCallback,
    bundled,
    from_folder,
    mnist,
    mnist_test,
)
from engine.errors import BadInput, Unavailable
from engine.prompt_cache import cache_folder

DEBIAN_FASHION = Path("/usr/share/datasets/fashion-mnist")
"""Where Debian's package dataset-fashion-mnist puts its files."""
NETWORK_TIMEOUT = 15.0
"""Seconds that a mirror may be silent before the next is asked."""


def load(name: str, tell: StatusCallback = lambda text: None) -> Split:
    """The digits of ``mnist``, ``bundled``, ``fashion``, or of a folder in IDX form.

    ``tell`` hears what takes long. Raises BadInput for a folder without such files, or with a bad
    one, and Unavailable where Fashion-MNIST cannot be had.
    """
    if name == "fashion":
        return fashion(tell)
    own = {"mnist": mnist, "bundled": bundled}.get(name)
    return own() if own else from_folder(Path(name).expanduser())


def held_out(name: str, tell: StatusCallback = lambda text: None) -> Digits:
    """What a model that learned from these data is tested with: of MNIST always its test half.

    Those that the small set keeps back are of the training half, from which the judge learned.
    """
    return mnist_test() if name in ("mnist", "bundled") else load(name, tell).test


def fashion(tell: StatusCallback) -> Split:
    """Fashion-MNIST (Xiao et al. 2017, arXiv 1708.07747): of a Debian package, or downloaded."""
    if DEBIAN_FASHION.is_dir():
        return from_folder(DEBIAN_FASHION, "Fashion-MNIST of Debian's dataset-fashion-mnist")
    folder = _downloaded(tell)
    try:
        return from_folder(folder, "Fashion-MNIST")
    except BadInput as error:
        raise BadInput(f"{error}; delete {folder} to download it again") from None


def _downloaded(tell: StatusCallback) -> Path:
    """Where torchvision's Fashion-MNIST is, downloaded once; Unavailable where it cannot be."""
    from torchvision.datasets import FashionMNIST

    root, mirrors = cache_folder() / "data", _hosts(FashionMNIST.mirrors)
    tell(f"looking for Fashion-MNIST, here and at {mirrors}")
    try:
        root.mkdir(parents=True, exist_ok=True)
        with _told(tell):
            return Path(FashionMNIST(root, download=True).raw_folder)
    except (RuntimeError, OSError, EOFError, ValueError, zlib.error) as error:
        raise Unavailable(
            f"Fashion-MNIST could not be downloaded from {mirrors} ({_why(error)}); install"
            " Debian's dataset-fashion-mnist, or train with --data mnist"
        ) from None


def _hosts(addresses: Iterable[str]) -> str:
    return " and ".join(str(urlsplit(address).hostname) for address in addresses)


def _why(error: Exception) -> str:
    """The last line that says something: torchvision's own errors are a list of mirrors'."""
    lines = [line.strip(" <>") for line in str(error).splitlines() if line.strip()]
    return lines[-1].removeprefix("urlopen error ") if lines else type(error).__name__


@contextmanager
def _told(tell: StatusCallback) -> Iterator[None]:
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
                done, size = self.had / 1e6, self.total / 1e6
                tell(f"downloading Fashion-MNIST: {done:.1f} of {size:.1f} MB")

    before, waited = utils.tqdm, socket.getdefaulttimeout()
    utils.tqdm = Bar
    socket.setdefaulttimeout(NETWORK_TIMEOUT)
    try:
        yield
    finally:
        utils.tqdm = before
        socket.setdefaulttimeout(waited)
