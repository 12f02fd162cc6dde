"""How late keys can be while this program trains and the screen draws the loss."""

import json
import tempfile
from pathlib import Path

from tests.bench.app import SIZE
from tests.tui.terminal import Terminal

ASKED = {
    "model": "class", "objective": "flow", "data": "bundled", "limit": 2048, "hidden": 32,
    "epochs": 2, "sample_steps": 5,
}  # fmt: skip
TRAINED = """
import asyncio, json, sys, time
from engine.events import Done, Failed
from engine.specs import Train
from screens.messages import Ask
from tui.memory import Memory
from tui.program import Diffuscope

file, asked = sys.argv[1], json.loads(sys.argv[2])
sys.setswitchinterval(0.0005)

class Measured(Diffuscope):
    def on_mount(self):
        self.late, self.said = [], ""
        self.session.listeners.append(self.hear)

    def hear(self, batch):
        if self.session.ready and not self.session.traces:
            self.post_message(Ask(Train(**asked)))
        for event in batch:
            if isinstance(event, Done | Failed) and event.run in self.session.traces:
                self.said = str(event)
                self.exit()

    async def on_load(self):
        self.beat = asyncio.create_task(self.listen())

    async def listen(self):
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(0.002)
            if self.session.running and "step" in self.session.running.doing:
                self.late.append(time.perf_counter() - begun - 0.002)

app = Measured()
app.run()
json.dump({"late": app.late, "said": app.said}, open(file, "w"))
import os; os._exit(0)
"""


def main() -> None:
    """Print by how much the event loop is late while a model of classes is trained and drawn."""
    with tempfile.TemporaryDirectory() as folder:
        own = dict.fromkeys(("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), folder)
        own["DIFFUSCOPE_RUNS"] = f"{folder}/runs"
        file = Path(folder) / "answer.json"
        terminal = Terminal(["-c", TRAINED, str(file), json.dumps(ASKED)], own, SIZE)
        try:
            terminal.drain()
        finally:
            terminal.close()
        told = json.loads(file.read_text())
        late = sorted(told["late"])
    p50, p95 = (1000 * late[int(len(late) * part)] for part in (0.5, 0.95))
    print(f"  event loop while training: late by p50 {p50:.1f} ms, p95 {p95:.1f} ms,", end="")
    print(f" longest {1000 * late[-1]:.0f} ms, of {len(late):,} beats; {told['said']}")
