"""How late keys can be while this program trains and the screen draws the loss."""

import json
import tempfile
from pathlib import Path

from tests.support.terminal.pty_terminal import Terminal
from tests.tools.bench.app import SIZE

ASKED = {
    "model": "class", "objective": "flow", "data": "bundled", "limit": 2048, "hidden": 32,
    "epochs": 2, "sample_steps": 5,
}  # fmt: skip
IDLE = 15.0
"""Seconds for which the app is measured while nothing is trained."""
WAYS = {
    "idle": "nothing is trained",
    "here": "this program trains",
    "apart": "a process of its own trains, and is watched",
}
WATCHED = """
import asyncio, json, sys, time
from engine.specs import Train
from screens.messages import SubmitRun, Detach
from tui.app import Diffuscope

file, asked, way, idle = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3], float(sys.argv[4])
sys.setswitchinterval(0.0005)

class Measured(Diffuscope):
    late, asked = [], False

    def on_mount(self):
        self.session.listeners.append(self.hear)

    def hear(self, batch):
        if not self.session.ready or self.asked:
            return
        self.asked = True
        if way == "idle":
            self.set_timer(idle, self.exit)
        else:
            self.post_message((SubmitRun if way == "here" else Detach)(Train(**asked)))

    async def on_load(self):
        self.beat = asyncio.create_task(self.listen())

    @property
    def trains(self):
        view = getattr(self.screen, "view", None) if self.screen_stack else None
        return view is not None and view.training.live and any(p.step for p in view.parts)

    async def listen(self):
        began = False
        while not (began and not self.trains and way != "idle"):
            begun = time.perf_counter()
            await asyncio.sleep(0.002)
            if began or (self.asked if way == "idle" else self.trains):
                began = True
                self.late.append(time.perf_counter() - begun - 0.002)
        self.exit()

app = Measured()
app.run()
json.dump(app.late, open(file, "w"))
import os; os._exit(0)
"""


def main() -> None:
    """Print by how much the event loop is late while a model of classes is trained and drawn."""
    for way, text in WAYS.items():
        late = sorted(_late(way))
        p50, p95 = (1000 * late[int(len(late) * part)] for part in (0.5, 0.95))
        print(f"  event loop while {text}: late by p50 {p50:.1f} ms, p95 {p95:.1f} ms,", end="")
        print(f" longest {1000 * late[-1]:.0f} ms, of {len(late):,} beats")


def _late(way: str) -> list[float]:
    """Seconds by which each beat of the event loop was late."""
    with tempfile.TemporaryDirectory() as folder:
        own = dict.fromkeys(("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), folder)
        own["DIFFUSCOPE_RUNS"] = f"{folder}/runs"
        file = Path(folder) / "answer.json"
        words = ["-c", WATCHED, str(file), json.dumps(ASKED), way, str(IDLE)]
        terminal = Terminal(words, own, SIZE)
        try:
            terminal.drain()
        finally:
            terminal.close()
        late: list[float] = json.loads(file.read_text())
    return late
