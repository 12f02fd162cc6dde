"""The two ways a request can fail that are not bugs. Torch-free."""


class BadInput(ValueError):  # noqa: N818
    """The request is wrong: one line that says what is wrong and what would be right (exit 2)."""


class Unavailable(RuntimeError):  # noqa: N818
    """The model or the hardware is not to be had: one line with what to do (exit 3)."""
