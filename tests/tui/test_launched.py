"""`accelerate launch` with two CPU processes: one run, told by the first, stopped as a whole."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.runs.training_log import TrainingLog
from tests.support.terminal.run_cli import Shell

ROOT = Path(__file__).parents[2]
LAUNCH = [
    sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2",
    "--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no",
    "--main_process_port", "0", "-m", "tui.cli",
]  # fmt: skip
FEW = ["--data", "bundled", "--limit", "32", "--hidden", "2", "--batch", "8", "--timesteps", "4",
       "--device", "cpu"]  # fmt: skip


def launched(here: Path, *words: str) -> "subprocess.Popen[str]":
    """The command in two processes, which find the runs of the test."""
    environ = os.environ | {"PYTHONPATH": str(ROOT), "DIFFUSCOPE_RUNS": str(here / "runs")}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([*LAUNCH, *words], cwd=here, env=environ, **pipes)  # type: ignore[call-overload, no-any-return]


def test_two_processes_train_one_run_that_one_alone_takes_up(shell: Shell) -> None:
    words = ("train", "time", *FEW, "--epochs", "2", "--out", "two", "--json")
    out, err = launched(shell.here, *words).communicate(timeout=100)
    assert json.loads(out)["run"] == "two", err
    assert err.count("time: step 8/8, loss") == 1
    told = [json.loads(line) for line in Path("two/events.jsonl").read_text().splitlines()]
    assert [event["event"] for event in told if event["event"] != "Status"] == ["Started", "Done"]
    assert shell("train", "--resume", "two", "--epochs", "3", "--quiet").code == 0
    assert TrainingLog.read(Path("two")).parts["time"].curves["loss"].steps == [*range(1, 13)]


def test_a_group_is_held_and_stopped_as_one(shell: Shell) -> None:
    words = ("train", "time", *FEW, "--epochs", "100000", "--sample-every", "100000")
    group = launched(shell.here, *words, "--out", "two")
    assert group.stderr is not None
    try:
        assert any("step" in line for line in group.stderr)
        assert shell("runs", "pause", "two", "--json").json["state"] == "paused"
        before = Path("two/time/events.jsonl").read_bytes()
        assert shell("runs", "resume", "two").code == 0
        assert Path("two/time/events.jsonl").read_bytes().startswith(before)
        stopped = shell("runs", "stop", "two", "--json").json
        assert stopped["state"] == "cancelled"
        assert stopped["parts"]["time"]["saved"] == stopped["parts"]["time"]["step"]
        group.communicate(timeout=60)
        assert group.returncode != 0
    finally:
        group.terminate()


def test_several_processes_must_be_told_where(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("RANK", "0")
    answer = shell("train", "time", *FEW, "--quiet")
    assert (answer.code, "name it with --out" in answer.line) == (2, True)
    apart = shell("train", "time", *FEW, "--out", "two", "--detach", "--quiet")
    assert (apart.code, "detach the launcher instead" in apart.line) == (2, True)
    monkeypatch.setenv("RANK", "1")
    silent = shell("train", "time", *FEW, "--quiet")
    assert (silent.code, silent.out + silent.err) == (2, "")
