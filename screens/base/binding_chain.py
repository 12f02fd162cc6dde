"""Keys that count wherever the focus is: more widgets in the chain that is asked about a key."""

from collections.abc import Container, Iterable, Iterator
from typing import Any

from textual.app import App
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.keys import key_to_character
from textual.screen import Screen
from textual.widget import Widget

from screens.picture.textual_private import bindings_of

Chain = list[tuple[DOMNode, BindingsMap]]


def command_nodes(screen: Screen[Any], widgets: Iterable[Widget]) -> Iterator[DOMNode]:
    """Who is asked about a command, in order: what has the focus and all around it, then
    ``widgets``, the screen and the program."""
    focused = screen.focused.ancestors_with_self if screen.focused is not None else ()
    inside = [node for node in focused if node is not screen and not isinstance(node, App)]
    yield from inside
    yield from dict.fromkeys(widget for widget in widgets if widget not in inside)
    yield from (screen, screen.app)


def extended(chain: Chain, screen: Screen[Any], widgets: Iterable[Widget]) -> Chain:
    """Textual's chain of ``screen`` with the bindings of ``widgets`` before the screen's own.

    Keys that the focused widget takes for itself, such as letters, do not reach them.
    """
    known = dict(chain)
    nodes = list(command_nodes(screen, widgets))
    takers = [node for node in known if node not in (screen, screen.app)]
    for node in nodes:
        if node not in known:
            known[node] = _reachable(node, takers)
    passing = passing_keys(screen)
    return [(node, _only(known[node], passing, node, screen)) for node in nodes]


def passing_keys(screen: Screen[Any]) -> Container[str] | None:
    """Ids of the keys that the focused widget lets reach the commands of others; None for all."""
    ids: Container[str] | None = getattr(screen.focused, "passing_keys", None)
    return ids


def passes(binding: Binding, node: DOMNode, screen: Screen[Any]) -> bool:
    """Whether the focused widget lets a binding of ``node`` count."""
    ids = passing_keys(screen)
    apart = node in (screen.focused, screen.app)
    return ids is None or apart or not binding.id or binding.id in ids


def _reachable(node: DOMNode, takers: Iterable[DOMNode]) -> BindingsMap:
    bindings = bindings_of(node)
    for key in list(bindings.key_to_bindings):
        if any(taker.check_consume_key(key, key_to_character(key)) for taker in takers):
            del bindings.key_to_bindings[key]
    return bindings


def _only(
    bindings: BindingsMap, passing: Container[str] | None, node: DOMNode, screen: Screen[Any]
) -> BindingsMap:
    if passing is None:
        return bindings
    kept = BindingsMap()
    for key, several in bindings.key_to_bindings.items():
        if left := [one for one in several if passes(one, node, screen)]:
            kept.key_to_bindings[key] = left
    return kept
