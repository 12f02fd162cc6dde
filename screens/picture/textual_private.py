"""What we need of Textual and rich that they keep private, read in this file and in no other.

An upgrade may move such names: the test of this file then fails, and says which. Methods of theirs
that our classes override cannot stand here; :data:`OVERRIDDEN` names them, for the same test.
"""

from collections.abc import Mapping
from typing import Any

from rich.color import ColorSystem
from rich.console import Console
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual._xterm_parser import XTermParser as XTermParser
from textual.app import App
from textual.binding import BindingsMap
from textual.dom import DOMNode
from textual.geometry import Region
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

OVERRIDDEN: Mapping[str, tuple[str, ...]] = {
    "textual.app:App": ("_build_driver", "_display"),
    "textual.screen:Screen": ("_binding_chain",),
    "textual.strip:Strip": ("_segments",),
    "textual.widgets:Input": ("_on_key", "_on_paste"),
    "textual.drivers.linux_driver:LinuxDriver": (
        *("_app", "_auto_restart", "_debug", "_sigtstp_application", "_writer_thread"),
    ),
}
"""By class: what ours override, or use as a subclass does."""


def screen_stack(app: App[Any]) -> list[Screen[Any]]:
    """The screens of the mode that is shown, the one on top last; empty before the first."""
    return app._screen_stack


def drawn_widgets(screen: Screen[Any]) -> Mapping[Widget, tuple[Region, Region]]:
    """Region and clip of every widget that is drawn, in cells; what is in front comes first."""
    return screen._compositor.visible_widgets


def bindings_of(node: DOMNode) -> BindingsMap:
    """A copy of a node's bindings, with the keys that a person gave them."""
    bindings = node._bindings.copy()
    bindings.apply_keymap(node.app._keymap)
    return bindings


def draw_anew(widget: Widget) -> None:
    """Forget the lines that were drawn of a widget, without asking for a refresh."""
    widget._styles_cache.clear()


def fail(app: App[Any], error: Exception) -> None:
    """End the app with an error that came up outside of its message loop."""
    app._handle_exception(error)


def sender(message: Message) -> MessagePump | None:
    """Which widget posted a message; None where none did."""
    return message._sender


def color_system(console: Console) -> ColorSystem | None:
    """The colours that a console writes; None where it writes none."""
    return console._color_system


def regions_of(update: object) -> list[Region]:
    """The cells that an update of the screen writes; empty where it writes none of ours."""
    if isinstance(update, LayoutUpdate):
        return [update.region]
    if isinstance(update, ChopsUpdate):
        return [Region(start, y, end - start, 1) for y, start, end in update.spans]
    return []
