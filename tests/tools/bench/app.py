"""The app: first paint, how late keys can be while it generates, and what watching costs."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.support.terminal.pty_terminal import Terminal

ROUNDS, SIZE = 5, (120, 36)
ASKED = {"prompt": "a rocket", "steps": 30, "stage2_steps": 10}
IMPORT = "import textual.app, textual.screen, textual.widgets"
OPEN = "from tui.launch import run_app; run_app()"
WATCHED = """
import asyncio, json, sys, time
from engine.events import Done, Frame
from engine.specs import Generate
from screens.messages import SubmitRun
from tui.state_file import StateFile
from tui.app import Diffuscope

file, asked, times = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
beats = sys.argv[4] == "beat"
sys.setswitchinterval(0.0005)

class Measured(Diffuscope):
    def on_mount(self):
        self.late, self.took, self.first = [], [], None
        self.session.listeners.append(self.hear)

    def hear(self, batch):
        for event in batch:
            if isinstance(event, Frame) and event.index == 0 and event.stage == 1:
                self.first = event.seconds
            if isinstance(event, Done) and event.run in self.session.states:
                self.took.append(event.seconds - self.first)
        if self.session.ready and not self.session.running and not self.session.queued:
            if len(self.took) < times:
                self.post_message(SubmitRun(Generate(**asked)))
            else:
                self.exit()

    async def on_load(self):
        self.beat = asyncio.create_task(self.listen()) if beats else None

    async def listen(self):
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(0.002)
            if self.session.running:
                self.late.append(time.perf_counter() - begun - 0.002)

app = Measured()
app.run()
json.dump({"late": app.late, "took": app.took}, open(file, "w"))
import os; os._exit(0)
"""
HEADLESS = """
import json, sys, threading
from pathlib import Path
from engine import runs
from engine.events import Done, Frame
from engine.specs import Generate
from engine.worker import Worker

file, asked, times = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
took, ended, first = [], threading.Semaphore(0), []

def hear(event):
    if isinstance(event, Frame) and event.index == 0 and event.stage == 1:
        first.append(event.seconds)
    if isinstance(event, Done):
        took.append(event.seconds - first[-1])
        ended.release()

worker = Worker(hear)
worker.start()
for _ in range(times):
    worker.submit(Generate(**asked), runs.fresh("bench"))
    ended.acquire()
json.dump({"took": took}, open(file, "w"))
import os; os._exit(0)
"""


def main() -> None:
    """Print first paint beside the import of textual, the loop's lag, and watched / headless."""
    with tempfile.TemporaryDirectory() as folder:
        own = dict.fromkeys(("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), folder)
        own["DIFFUSCOPE_RUNS"] = f"{folder}/runs"
        _first_paint(own)
        _watching(own, Path(folder) / "answer.json")


def _first_paint(own: dict[str, str]) -> None:
    plain, painted = [], []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", IMPORT], check=True)
        plain.append(time.perf_counter() - begun)
        painted.append(_painted(own))
    alone, first = statistics.median(plain[1:]), statistics.median(painted[1:])
    print(f"  first paint {first:.2f} s   python and textual alone {alone:.2f} s", end="")
    print(f"   ratio {first / alone:.2f}")


def _painted(own: dict[str, str]) -> float:
    begun = time.perf_counter()
    terminal = Terminal(["-c", OPEN], own, SIZE)
    try:
        terminal.until(lambda it: "1 Generate" in it.text and "prompt" in it.text)
        return time.perf_counter() - begun
    finally:
        terminal.close()


def _watching(own: dict[str, str], file: Path) -> None:
    watched: list[float] = []
    alone: list[float] = []
    late: list[float] = []
    for _ in range(2):
        # Apart: 500 beats a second take the interpreter from the engine as often.
        late += _on_a_terminal(own, file, "beat")["late"]
        watched += _on_a_terminal(own, file, "quiet")["took"][1:]
        alone += _without(own, file)["took"][1:]
    late.sort()
    p50, p95 = (1000 * late[int(len(late) * part)] for part in (0.5, 0.95))
    print(f"  event loop while generating: late by p50 {p50:.1f} ms, p95 {p95:.1f} ms,", end="")
    print(f" longest {1000 * late[-1]:.0f} ms")
    with_it, without = statistics.median(watched), statistics.median(alone)
    print(f"  a run watched {with_it:.2f} s, headless {without:.2f} s", end="")
    print(f"   cost of watching {100 * (with_it / without - 1):+.1f} %")


def _on_a_terminal(own: dict[str, str], file: Path, beat: str) -> Any:
    terminal = Terminal(["-c", WATCHED, str(file), json.dumps(ASKED), "4", beat], own, SIZE)
    try:
        terminal.drain()
    finally:
        terminal.close()
    return json.loads(file.read_text())


def _without(own: dict[str, str], file: Path) -> Any:
    command = [sys.executable, "-c", HEADLESS, str(file), json.dumps(ASKED), "4"]
    subprocess.run(command, env={**os.environ, **own}, check=True)
    return json.loads(file.read_text())
