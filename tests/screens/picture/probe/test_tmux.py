"""tmux's answer: what it passes on, and which terminal is around it."""

from pathlib import Path

import pytest

from screens.picture.probe.tmux import Tmux, ask_tmux, read


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (
            b"on\nkitty(0.41.1)\nxterm-kitty\n256,RGB,sync\n",
            Tmux("kitty 0.41.1", frozenset({"256", "RGB", "sync"}), True),
        ),
        (b"1\n\nxterm-ghostty\n\n", Tmux("xterm-ghostty", frozenset(), True)),
        (b"all\n", Tmux("", frozenset(), True)),
        (b"0\nkitty(0.41.1)\nxterm-kitty\n\n", Tmux("kitty 0.41.1", frozenset(), False)),
        (b"", Tmux("", frozenset(), False)),
        (b"\xff\x00" * 9000, Tmux("", frozenset(), False)),
    ],
)
def test_read(said: bytes, found: Tmux) -> None:
    assert read(said) == found


CAPABILITIES = """on
kitty(0.41.1)
xterm-kitty
256
/dev/pts/3
Terminal 0: xterm for /dev/pts/30, flags=0x0:
 223: Tc: {other}
Terminal 1: xterm-kitty for /dev/pts/3, flags=0x0:
 197: RGB: [missing]
 223: Tc: {own}
"""


@pytest.mark.parametrize(("own", "exact"), [("(flag) true", {"RGB"}), ("[missing]", set())])
def test_truecolor_from_terminfo_counts_for_the_own_client(own: str, exact: set[str]) -> None:
    other = "[missing]" if exact else "(flag) true"
    assert read(CAPABILITIES.format(own=own, other=other).encode()).features == {"256"} | exact


def command(folder: Path, body: str) -> dict[str, str]:
    """An environment in which ``tmux`` is this shell script."""
    file = folder / "tmux"
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin", "TMUX": "/tmp/t,1,0", "TMUX_PANE": "%3; echo no"}


def test_tmux_is_asked_about_its_own_pane_without_a_shell(tmp_path: Path) -> None:
    environ = command(tmp_path, 'printf "on\\n%s\\n" "$4"')
    assert ask_tmux(environ) == Tmux("%3; echo no", frozenset(), True)


def test_a_tmux_that_hangs_or_is_not_there_tells_nothing(tmp_path: Path) -> None:
    assert ask_tmux(command(tmp_path, "exec sleep 60"), limit=0.05) == Tmux()
    assert ask_tmux({"PATH": str(tmp_path / "none"), "TMUX": "x"}) == Tmux()
