"""What a terminal makes of a byte stream. Strict where real terminals are."""


class ProtocolError(AssertionError):
    """The stream says what some real terminal refuses, or takes for something else."""
