"""A fresh process: what has been imported when the first paint is on the screen."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import json, sys
from tui.state_file import StateFile
from tui.app import Diffuscope

def painted(emit):
    print(json.dumps(sorted(sys.modules)))
    sys.stdout.flush()
    import os
    os._exit(0)

Diffuscope(memory=StateFile(), make_worker=painted).run(headless=True)
"""
HEAVY = {
    "torch",
    "torchvision",
    "diffusers",
    "transformers",
    "accelerate",
    "safetensors",
    "numpy",
    "textual_image",
    "engine.worker",
    "textual_plot",
    "textual_hires_canvas",
    "screens.training.screen",
}


def test_nothing_heavy_is_imported_before_the_first_paint(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)},
    )
    imported = set(json.loads(answer.stdout.splitlines()[-1]))
    assert "textual" in imported
    assert "screens.generate" in imported
    assert not imported & HEAVY
