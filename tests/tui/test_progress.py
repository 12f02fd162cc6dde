"""What is said on stderr while a model is fetched, and when a picture is blocked."""

import sys

import pytest

from engine.events import Blocked, Fetching, Status
from tui.cli.progress import progress


def _fetching(seconds: float, done: float) -> Fetching:
    text = f"fetching owner/name: {done:.1f} of 9.0 GB"
    return Fetching("open", seconds, text, int(done * 1e9), 9 * 10**9)


def test_a_download_is_a_line_every_ten_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as show:
        show(Status("open", 0.0, "fetching owner/name: 16 files, 9.0 GB"))
        for second in range(1, 25):
            show(_fetching(second, second / 10))
        show(Status("open", 25.0, "loading text encoder"))
    assert capsys.readouterr().err.splitlines() == [
        "fetching owner/name: 16 files, 9.0 GB",
        "fetching owner/name: 0.1 of 9.0 GB",
        "fetching owner/name: 1.1 of 9.0 GB",
        "fetching owner/name: 2.1 of 9.0 GB",
        "loading text encoder",
    ]


def test_on_a_terminal_it_is_a_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with progress() as show:
        show(_fetching(1.0, 4.5))
    assert "4.5 of 9.0 GB" in capsys.readouterr().err


def test_a_blocked_picture_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as show:
        show(Blocked("run", 1.0, "the picture of stage I was blocked", 1, 0))
    assert capsys.readouterr().err == "the picture of stage I was blocked\n"
