"""A few of the kills of `python -m tests.tools.kills`, which takes two hundred."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(sys.platform != "linux", reason="forks a process that has torch")
def test_killed_trainings_go_on_and_lose_nothing() -> None:
    # A process of its own: autograd may have threads in this one, which a fork would not have.
    words = [sys.executable, "-m", "tests.tools.kills", "--count", "6", "--seed", "3"]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    assert re.match(r"6 kills \(.*\) in \d+ s; all went on, the [1-9]", said.stdout)
