"""The kept files, unpacked once a session, with a runs folder and a cache of their own."""

import json
import platform
import re
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.terminal.run_cli import Said
from tui.cli.__main__ import main

HERE = Path(__file__).parent
ARCHIVES = (HERE / "aa249bb.tar.xz", HERE / "7868e77.tar.xz")


@dataclass
class Kept:
    """The folder that the old version worked in, as it left it; commands run inside it."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Said:
        code = main([*words, "--quiet"])
        out, err = self.capture.readouterr()
        return Said(code, out, err)

    def shown(self, name: str) -> Any:
        """The JSON object that the old version answered with."""
        return json.loads((self.folder / "shown" / f"{name}.json").read_text("utf-8"))

    @property
    def same_machine(self) -> bool:
        """Whether floating point gives the bits here that it gave then."""
        return is_machine(self.folder / "machine.json")


def is_machine(file: Path) -> bool:
    """Whether this is the machine that a file of an archive describes."""
    import torch

    here = {"torch": torch.__version__, "machine": platform.machine()}
    here |= {"kernels": torch.backends.cpu.get_cpu_capability(), "cpu": _cpu()}
    then: dict[str, str] = json.loads(file.read_text("utf-8"))
    return here == then


def _cpu() -> str:
    """The processor's name, which decides how products are cut up; '' where Linux does not say."""
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", info.read_text() if info.is_file() else "")
    return names[0].strip() if names else ""


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that was kept. Read only: copy what a test changes."""
    folder = tmp_path_factory.mktemp("kept")
    for file in ARCHIVES:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
    return folder


@pytest.fixture
def kept(
    unpacked: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Kept:
    """The kept files as the working folder; what is written goes elsewhere, or into a copy."""
    shutil.copytree(unpacked / "cache", tmp_path / "cache")
    monkeypatch.setenv("DIFFUSCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("DIFFUSCOPE_RUNS", str(unpacked / "runs"))
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "xdg"))
    monkeypatch.chdir(unpacked)
    return Kept(unpacked, capsys)


@pytest.fixture
def one_thread() -> Iterator[None]:
    """The bits were drawn so: several threads add up in another order."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
