"""How often a cascade's text encoder puts a near word beside the right concept.

    python -m tests.tools.near_words CASCADE [--table FILE]

"a photo of a hound" is right where, of all concepts' captions, its embedding lies nearest one of
those for a dog: before, as the encoder was trained, and with the near words of a table.
"""

import argparse
import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from engine import vocabulary
from engine.errors import BadInput
from engine.forge.captions import bundled_concepts
from engine.forge.near_words import cascade, table
from engine.forge.text import MAX_TOKENS, Words, encode, tokens


@dataclass(frozen=True)
class Keyword:
    """A word, the concepts that would be right, and whether weights were chosen by it."""

    word: str
    right: tuple[str, ...]
    seen: bool


def keywords() -> list[Keyword]:
    """Those of `keywords.txt`."""
    lines = (files("tests.tools.near_words") / "keywords.txt").read_text("utf-8").splitlines()
    rows = [line.partition(" = ") for line in lines if not line.startswith("#")]
    return [Keyword(w[2:], tuple(right.split(", ")), w[0] == "*") for w, _, right in rows]


def embedding(words: Words, captions: list[str]) -> Tensor:
    """Unit vectors (N, 2 width): the mean over a caption's tokens and that over all 77 places."""
    ids, mask = tokens(words.tokenizer, captions, MAX_TOKENS)
    with torch.no_grad():
        said = encode(words.encoder, ids, mask)
    kept = mask.unsqueeze(-1).float()
    return F.normalize(torch.cat([(said * kept).sum(1) / kept.sum(1), said.mean(1)], 1), dim=1)


def nearest(words: Words, asked: list[str]) -> list[str]:
    """The name of the concept with the nearest caption, for each of these words."""
    phrases = {p: c.phrases[0] for c in bundled_concepts() for p in c.phrases}
    captions = embedding(words, [f"a photo of {phrase}" for phrase in phrases])
    prompts = embedding(words, [f"a photo of a {word}" for word in asked])
    names = list(phrases.values())
    return [names[place] for place in (prompts @ captions.T).argmax(1).tolist()]


def report(words: Words, when: str, drawn: set[str]) -> None:
    """One line for each half of the keywords."""
    whole = keywords()
    found = nearest(words, [keyword.word for keyword in whole])
    for seen, half in ((False, "never used"), (True, "weights chosen by them")):
        those = [(k, f) for k, f in zip(whole, found, strict=True) if k.seen == seen]
        right = sum(name in keyword.right for keyword, name in those)
        near = [(keyword, name) for keyword, name in those if keyword.word in drawn]
        hit = sum(name in keyword.right for keyword, name in near)
        sys.stdout.write(
            f"{when}, {len(those)} keywords {half}: {right} beside a right concept"
            f" ({right / len(those):.0%}); of {len(near)} near words {hit}\n"
        )


def main() -> int:
    """Read the command line, report before and after."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.near_words")
    parser.add_argument("cascade", type=Path)
    parser.add_argument("--table", type=Path, help="table of near words [the bundled one]")
    args = parser.parse_args()
    try:
        known = vocabulary.read(args.cascade)
        if known is None:
            raise BadInput(f"{args.cascade} has no {vocabulary.FILE} that can be read")
        before = cascade.trained(cascade.opened(args.cascade / "stage-1"))
        used = table.read(args.table) if args.table else table.bundled()
        after, told = cascade.taught(before, known, used)
    except BadInput as error:
        sys.stderr.write(f"{error}\n")
        return 2
    report(before, "before", set())
    report(after, "after", set(told.near))
    return 0


if __name__ == "__main__":
    sys.exit(main())
