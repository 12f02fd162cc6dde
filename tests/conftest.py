"""What every test may ask for: a tiny random cascade, built once a session."""

import os
import signal
from pathlib import Path

import pytest

from tests.support.fast_tests import is_fast

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
for said in ("COLUMNS", "LINES"):  # xdist's workers carry them; a pty says its own size
    os.environ.pop(said, None)


def pytest_addoption(parser: pytest.Parser) -> None:
    line = "only the test files that need no torch, no terminal and no whole app"
    parser.addoption("--fast", action="store_true", help=line)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """None leaves it to the others: a file that is fast may be ignored for another reason."""
    test = collection_path.name.startswith("test_") and collection_path.suffix == ".py"
    slow = test and bool(config.getoption("--fast")) and not is_fast(collection_path)
    return True if slow else None


@pytest.fixture(autouse=True, scope="session")
def _signals_count() -> None:
    """Under nohup, or behind a shell's &, the programs that a test starts would be spared."""
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def tiny_cascade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random cascade folder (16 px, then 32 px). Read only: copy it to break it."""
    from tests.support.tiny_cascade import tiny_cascade_folder

    return tiny_cascade_folder(tmp_path_factory.mktemp("models") / "tiny-cascade")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the prompt embeddings of the person who runs it."""
    monkeypatch.setenv("DIFFUSCOPE_CACHE", str(tmp_path / "diffuscope-cache"))
