"""tmux's answer: what it passes on, and which terminal is around it."""

from pathlib import Path

import pytest

from screens.picture.ask.tmux import Tmux, ask_tmux, read


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (
            b"on\nkitty(0.41.1)\nxterm-kitty\n256,RGB,sync\n",
            Tmux("kitty 0.41.1", frozenset({"256", "RGB", "sync"}), True),
        ),
        (b"1\n\nxterm-ghostty\n\n", Tmux("xterm-ghostty", frozenset({""}), True)),
        (b"all\n", Tmux("", frozenset({""}), True)),
        (b"0\nkitty(0.41.1)\nxterm-kitty\n\n", Tmux("kitty 0.41.1", frozenset({""}), False)),
        (b"", Tmux("", frozenset({""}), False)),
        (b"\xff\x00" * 9000, Tmux("", frozenset({""}), False)),
    ],
)
def test_read(said: bytes, found: Tmux) -> None:
    assert read(said) == found


def command(folder: Path, body: str) -> dict[str, str]:
    """An environment in which ``tmux`` is this shell script."""
    file = folder / "tmux"
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin", "TMUX": "/tmp/t,1,0", "TMUX_PANE": "%3; echo no"}


def test_tmux_is_asked_about_its_own_pane_without_a_shell(tmp_path: Path) -> None:
    environ = command(tmp_path, 'printf "on\\n%s\\n" "$4"')
    assert ask_tmux(environ) == Tmux("%3; echo no", frozenset({""}), True)


def test_a_tmux_that_hangs_or_is_not_there_tells_nothing(tmp_path: Path) -> None:
    assert ask_tmux(command(tmp_path, "exec sleep 60"), limit=0.05) == Tmux()
    assert ask_tmux({"PATH": str(tmp_path / "none"), "TMUX": "x"}) == Tmux()
