"""The ways a request can end early that are not bugs. Torch-free."""


class BadInput(ValueError):  # noqa: N818
    """The request is wrong: one line that says what is wrong and what would be right (exit 2)."""


class Unavailable(RuntimeError):  # noqa: N818
    """The model or the hardware is not to be had: one line with what to do (exit 3)."""


class OutOfMemory(Unavailable):
    """The accelerator's memory was not enough for ``doing``.

    ``plan`` is the next smaller way to have a cascade on it, "" where there is none or none is
    known.
    """

    def __init__(self, doing: str, plan: str = "") -> None:
        super().__init__(doing, plan)
        self.doing, self.plan = doing, plan

    def __str__(self) -> str:
        first = f"--plan {self.plan} takes less, or " if self.plan else ""
        return (
            f"not enough memory on the accelerator for {self.doing}; {first}ask for fewer samples,"
            " close other programs that use it, or choose --device cpu"
        )


class Stopped(Exception):  # noqa: N818
    """The person asked to stop; ``index`` is the step that was not taken."""

    def __init__(self, index: int = 0) -> None:
        super().__init__(f"stopped before step {index}")
        self.index = index


def shortened(text: str, most: int = 80) -> str:
    """What a person or a server wrote, fit for the one line of an error.

    At most so many characters, and none that would move a terminal's cursor.
    """
    shown = text if text.isprintable() else repr(text)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def error_for(code: int) -> type[Exception]:
    """What ends with this exit code: of a process, or of a run that failed."""
    return {2: BadInput, 3: Unavailable, 130: Stopped}.get(code, RuntimeError)
