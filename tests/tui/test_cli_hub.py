"""A model from the hub on the command line: what it says, how it ends, what Ctrl-C leaves."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.checkpoints.hub import resumable_download
from engine.control import Control
from tests.support.fake_hub import HubServer
from tests.support.if_repository import if_stage1_repo, if_stage2_repo
from tests.support.terminal.run_cli import FEW, Said, Shell, shell

__all__ = ["shell"]

ONE, TWO = "DeepFloyd/IF-I-M-v1.0", "DeepFloyd/IF-II-M-v1.0"
UNET = "unet/diffusion_pytorch_model.safetensors"


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("hub")
    return {ONE: if_stage1_repo(root / "one"), TWO: if_stage2_repo(root / "two")}


@pytest.fixture
def server(
    repositories: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HubServer]:
    with HubServer(dict(repositories)) as running:
        running.use(monkeypatch, tmp_path / "cache")
        monkeypatch.setattr(resumable_download, "pause", lambda: None)
        yield running


def _draw(shell: Shell, *words: str) -> Said:
    return shell("generate", "a rocket", "--model", ONE, "--device", "cpu", *FEW, *words)


def test_one_command_fetches_both_stages_and_draws(shell: Shell, server: HubServer) -> None:
    said = _draw(shell, "--json")
    assert said.code == 0, said.err
    assert len(said.json["files"]) == 1
    lines = said.err.splitlines()
    assert f"stage II: {TWO}, which was made for IF-I-M-v1.0; --stage2 takes another, or none" in (
        lines
    )
    assert any(line.startswith(f"fetching {ONE}: ") for line in lines)


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (ONE, f"{ONE} asks you to accept its licence: do so at"),
        (TWO, f"stage II: {TWO} asks you to accept its licence: do so at"),
    ],
)
def test_a_refusal_is_exit_3_and_one_line(
    shell: Shell, server: HubServer, refused: str, said: str
) -> None:
    server.gated = {refused}
    answer = _draw(shell)
    assert answer.code == 3
    assert answer.err.splitlines()[-1].startswith(said)
    assert "Traceback" not in answer.err


def test_a_hub_that_is_down_is_exit_3(shell: Shell, server: HubServer) -> None:
    server.down = True
    answer = _draw(shell)
    assert answer.code == 3
    assert "cannot be reached" in answer.err.splitlines()[-1]


def test_ctrl_c_in_a_download_keeps_what_was_fetched(
    shell: Shell, server: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.checkpoints.hub.fetch.EVERY", 0.0)
    heard = threading.Event()
    cancel = Control.cancel

    def cancelled(control: Control, now: bool = False) -> None:
        cancel(control, now)
        heard.set()

    def press() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        assert heard.wait(20)

    monkeypatch.setattr(Control, "cancel", cancelled)
    server.midway = {UNET: press}
    assert _draw(shell).code == 130
    (part,) = (tmp_path / "cache").rglob("*.incomplete")
    kept = part.stat().st_size
    assert kept > 0
    server.served = {}
    assert _draw(shell, "--stage2", "none").code == 0
    whole = (server.repositories[ONE] / UNET).stat().st_size
    assert server.served[UNET] == whole - kept


def test_doctor_says_what_is_to_be_fetched_and_fetches_nothing(
    shell: Shell, server: HubServer
) -> None:
    said = shell("doctor", "--model", ONE, "--device", "cpu", "--json")
    (model,) = [found for found in said.json["reports"] if found["topic"] == "model"]
    assert model["found"].startswith(f"{ONE}: 0.0 GB of it are on the hub, and you may fetch them")
    assert model["advice"] == f"diffuscope --model {ONE} fetches and opens it"
    assert not any(path.startswith("/cdn/") for path in server.paths)
    server.gated = {TWO}
    said = shell("doctor", "--model", ONE, "--device", "cpu", "--json")
    (model,) = [found for found in said.json["reports"] if found["topic"] == "model"]
    assert model["found"].startswith(f"stage II: {TWO} asks you to accept its licence")
