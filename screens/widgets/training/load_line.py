"""What the machine does, in a line for the host and one for each card."""

import asyncio
from typing import TYPE_CHECKING, Any

from textual.widgets import Static
from textual.worker import Worker

if TYPE_CHECKING:
    from engine.system_stats import Card, Load

PERIOD = 1.0
"""Seconds from one look to the next."""
GB = 1e9


class LoadLine(Static):
    """Looks once a second, off the event loop, while it is to be seen."""

    DEFAULT_CSS = """
    LoadLine { height: auto; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__("", markup=False, **options)
        self._looking = False

    def on_mount(self) -> None:
        self.set_interval(PERIOD, self.look)
        self.look()

    def look(self) -> None:
        """Ask the machine, unless nobody would see it or the last answer is still to come."""
        if self.screen.is_current and self.display and not self._looking:
            self._looking = True
            _: Worker[None] = self.run_worker(self._look(), group="load")

    async def _look(self) -> None:
        from engine import system_stats as host

        load = await asyncio.to_thread(host.load)
        self._looking = False
        self.update(load_lines(load))


def load_lines(load: "Load") -> str:
    """The lines; every number in columns of its own."""
    host = f"host {load.busy:3.0f} % of {load.processors} cpus  {_share(load.used, load.total)}"
    cards = [f"gpu{n} {_card(card)}" for n, card in enumerate(load.cards)]
    return "\n".join([host, *cards])


def _card(card: "Card") -> str:
    meters = [
        f"{card.watts:3.0f} W" if card.watts is not None else "",
        f"{card.celsius:2d} °C" if card.celsius is not None else "",
    ]
    parts = [f"{card.busy:3.0f} %", _share(card.used, card.total), *meters]
    return "  ".join(filter(None, parts))


def _share(used: int, total: int) -> str:
    return f"{used / GB:4.1f}/{total / GB:.0f} GB"
