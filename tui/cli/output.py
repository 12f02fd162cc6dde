"""Lines for a person: no terminal codes out of a prompt or a path, and no end to a run."""

import sys
from contextlib import suppress


def say(text: str) -> None:
    """One line on stderr; silently nothing where that is gone."""
    with suppress(OSError):
        sys.stderr.write(clean(text) + "\n")
        sys.stderr.flush()


def clean(text: str) -> str:
    """The text with blanks in place of what a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text)
