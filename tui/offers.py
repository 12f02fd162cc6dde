"""What the engine offers where a request failed: to ask again with other values."""

from collections.abc import Callable, Mapping

from textual.app import App

from engine.events import RetrySuggested
from screens.dialogs.picker import Picker

Again = Callable[[Mapping[str, str]], None]


def offer(app: App[object], offered: RetrySuggested, again: Again) -> None:
    """Ask over whatever is shown; ``again`` is called with the values where they are taken."""
    changes = dict(offered.changes)
    said = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in changes.items())
    options = [("again", f"run it again with {said}, and what follows too"), ("leave", "leave it")]
    note = "what was asked for stays as it is"
    app.push_screen(
        Picker(offered.text, options, note),
        lambda chosen: again(changes) if chosen == "again" else None,
    )
