"""The palette: every key's command as ``area: verb``, those that make sense now."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial

from textual import actions
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode
from textual.widget import Widget

from screens import keys
from screens.base.binding_chain import command_nodes, passes
from screens.keys import BY_ID


class Commands(Provider):
    """Reads the bindings of the screen under the palette, and of all who hear of keys there."""

    async def discover(self) -> Hits:
        for name, text, run in self._active():
            yield DiscoveryHit(name, run, help=text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, text, run in self._active():
            score = matcher.match(f"{name} {text}")
            if score > 0:
                yield Hit(score, matcher.highlight(name), run, text=name, help=text)

    def _active(self) -> Iterator[tuple[str, str, Callable[[], Awaitable[bool]]]]:
        """What works now, in the order in which the keys are declared."""
        for binding, node in sorted(self._declared(), key=lambda one: keys.order(one[0])):
            if passes(binding, node, self.screen) and self._works(node, binding.action):
                run = partial(self.app.run_action, binding.action, node)
                yield entry(binding.id or ""), binding.tooltip, run

    def _declared(self) -> Iterator[tuple[Binding, DOMNode]]:
        """A small widget's own keys, which no list declares, are left out."""
        widgets: Iterable[Widget] = getattr(self.screen, "command_widgets", tuple)()
        for node in command_nodes(self.screen, widgets):
            for binding in node.BINDINGS:
                if isinstance(binding, Binding) and binding.id:
                    yield binding, node

    def _works(self, node: DOMNode, action: str) -> bool:
        namespace, name, parameters = actions.parse(action)
        target = self.app if namespace == "app" else node
        return bool(target.check_action(name, parameters))


def entry(binding_id: str) -> str:
    """``timeline.far_back`` as the palette says it: ``timeline: far back``."""
    area, _, verb = binding_id.partition(".")
    key = BY_ID.get(binding_id)
    return f"{key.area}: {key.verb}" if key else f"{area}: {verb}"
