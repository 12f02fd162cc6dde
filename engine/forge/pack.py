"""Pack the drawings that renderings are made of into one file, for a machine without a network.

    python -m engine.forge.pack FILE.tar.xz

holds of every set that is known by name what the concepts need, those that are never trained on
too. Renderings are drawn from it anew, as many as wanted, the same as from the sets themselves:

    python -m engine.forge.emoji OUT --drawings FILE.tar.xz
"""

import argparse
import hashlib
import io
import json
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from engine import files
from engine.errors import BadInput, Unavailable
from engine.forge.captions import Concept, bundled_table, read_concepts
from engine.forge.drawings import credit, install, sets
from engine.forge.drawings.catalogue import CATALOGUE, opened
from engine.forge.drawings.install import Say

Member = tuple[str, bytes]


def members(cache: Path, concepts: list[Concept], say: Say) -> Iterator[Member]:
    """Paths and contents: of every set what these concepts are drawn with, and whose it is."""
    owed = credit.notice(entry.credit for entry in CATALOGUE.values())
    yield credit.FILE, owed.encode()
    for name, entry in CATALOGUE.items():
        place = install.installed(entry.package, cache, say)
        known = opened(name, cache)
        keys = {key for concept in concepts for key in known.keys(concept)}
        chosen = _icons if entry.inside.endswith(".json") else _files
        for path, data in chosen(place, entry.inside, keys):
            yield f"{place.name}/{path}", data


def _files(place: Path, _: str, keys: set[str]) -> Iterator[Member]:
    for key in sorted(keys):
        file = Path(key)
        yield file.relative_to(place).as_posix(), file.read_bytes()


def _icons(place: Path, inside: str, keys: set[str]) -> Iterator[Member]:
    for file, table in sets.reduced(place / inside, keys).items():
        yield file.relative_to(place).as_posix(), json.dumps(table).encode()


def pack(file: Path, cache: Path, table: str, say: Say) -> None:
    """Write a .tar.xz of the drawings. Raises BadInput and Unavailable as installing them does."""

    def fill(part: Path) -> None:
        with tarfile.open(part, "w:xz") as tar:
            for path, data in members(cache, read_concepts(table), say):
                member = tarfile.TarInfo(path)
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))

    files.write(file, fill)


def unpacked(file: Path, cache: Path) -> Path:
    """The folder in `cache` that a packed file's drawings are in, unpacked where they are not yet.

    It is one of installed sets, as their own cache is. Raises BadInput for a file that is none.
    """
    try:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    except OSError as error:
        raise BadInput(f"cannot read {file}: {(error.strerror or '').lower()}") from error
    place = cache / f"packed-{digest}"
    if not place.is_dir():
        files.make_folder(cache)
        with tempfile.TemporaryDirectory(dir=cache, prefix=install.FETCHING) as name:
            install.unpack(file, Path(name) / "packed")
            shutil.move(Path(name) / "packed", place)
    return place


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and pack."""
    parser = argparse.ArgumentParser(
        prog="python -m engine.forge.pack", description="Pack the drawings of renderings"
    )
    parser.add_argument("file", type=Path, help="file to write, such as drawings.tar.xz")
    parser.add_argument("--cache", type=Path, default=install.CACHE, help="where sets are kept")
    parser.add_argument("--concepts", type=Path, help="another table of concepts")
    args = parser.parse_args(arguments)
    try:
        table = args.concepts.read_text("utf-8") if args.concepts else bundled_table()
        pack(args.file, args.cache, table, lambda line: sys.stderr.write(f"{line}\n"))
    except (BadInput, Unavailable) as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, BadInput) else 3
    sys.stderr.write(f"{args.file}: {args.file.stat().st_size / 1e6:.1f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
