"""What a person or a server wrote, fit for the one line of an error."""


def shortened(text: str, most: int = 80) -> str:
    """At most so many characters, and none that would move a terminal's cursor."""
    shown = text if text.isprintable() else repr(text)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
