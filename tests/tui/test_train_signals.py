"""A signal to a training of the command line: a checkpoint of its last step, exit 130."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import events
from engine.runs import Run
from engine.runs.training_log import TrainingLog
from tui.cli.__main__ import main

ROOT = Path(__file__).parents[2]
LONG = ["--data", "bundled", "--limit", "64", "--hidden", "2", "--batch", "8", "--epochs", "100000",
        "--sample-every", "100000", "--checkpoint-every", "1000000", "--device", "cpu"]  # fmt: skip


def trained(here: Path, before: Callable[[], object] = bool) -> "subprocess.Popen[str]":
    """A training without end, some steps done and no checkpoint written."""
    words = [
        sys.executable,
        "-m",
        "tui.cli",
        "train",
        "time",
        *LONG,
        "--out",
        str(here / "run"),
    ]
    environ = os.environ | {"OMP_NUM_THREADS": "1", "DIFFUSCOPE_RUNS": str(here / "runs")}
    process = subprocess.Popen(
        [*words, "--json"], cwd=ROOT, env=environ, text=True, preexec_fn=before,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    assert any("time: step" in line for line in process.stderr)
    return process


def ends(process: "subprocess.Popen[str]", folder: Path) -> None:
    """It has ended with a checkpoint of all that it had learned."""
    try:
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()  # one that ignores its signal would train for ever
    assert process.returncode == 130
    assert err.splitlines()[-1] == f"cancelled; what was done is in {folder}"
    assert json.loads(out)["run"] == str(folder)
    part = TrainingLog.read(folder).parts["time"]
    assert 0 < part.saved == part.step
    assert isinstance(Run(folder).ending, events.Cancelled)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_a_checkpoint(tmp_path: Path, number: int) -> None:
    process = trained(tmp_path)
    process.send_signal(number)
    ends(process, tmp_path / "run")


def test_under_nohup_a_hangup_does_nothing(tmp_path: Path) -> None:
    process = trained(tmp_path, lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    process.send_signal(signal.SIGHUP)
    for _ in range(2):  # had it been heard, the second would find no run
        assert main(["runs", "checkpoint", str(tmp_path / "run"), "--json"]) == 0
    process.send_signal(signal.SIGTERM)
    ends(process, tmp_path / "run")
