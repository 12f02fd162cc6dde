"""The process that :func:`tui.detach.start` begins: FOLDER SPEC, a run's folder and its request."""

import json
import sys
from pathlib import Path

from engine.runs import metadata
from tui.cli.__main__ import settled
from tui.cli.progress import progress
from tui.cli.serve import serve
from tui.signals import end_now


def main(arguments: list[str]) -> int:
    """Serve the request in its folder, its progress as lines; returns the exit code."""

    def answer() -> tuple[None, int]:
        folder, document = arguments
        with progress() as shown:
            serve(metadata.spec_of(json.loads(document)), Path(folder), shown)
        return None, 0

    return settled(answer)


if __name__ == "__main__":
    end_now(main(sys.argv[1:]))
