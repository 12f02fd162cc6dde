"""The ways a request can end early that are not bugs. Torch-free."""


class BadInput(ValueError):  # noqa: N818
    """The request is wrong: one line that says what is wrong and what would be right (exit 2)."""


class Unavailable(RuntimeError):  # noqa: N818
    """The model or the hardware is not to be had: one line with what to do (exit 3)."""


class Stopped(Exception):  # noqa: N818
    """The person asked to stop; ``index`` is the step that was not taken."""

    def __init__(self, index: int = 0) -> None:
        super().__init__(f"stopped before step {index}")
        self.index = index
