"""What terminals say of themselves: the replies of real ones to the queries that programs send.

kitty 0.41.1, xterm 379, tmux 3.3a and 3.5a were asked here; the others say what their sources and
documents say. Left out is what they do not answer. Sizes, the cursor and pictures are answered by
:mod:`tests.support.terminal.fake_terminal`, from what happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

COLOURS_TEXT = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


@dataclass(frozen=True)
class Profile:
    """One terminal: its variables, its fixed replies, and what it can.

    ``replies`` has a CSI query's parameters and letters (``c``, ``>q``, ``?2026$p``) as keys, a
    leading or only 0 left out. ``capability``, ``status`` and ``pixels`` say whether it answers
    XTGETTCAP (though not with RGB), DECRQSS and the reports of sizes in pixels. ``delay`` is in
    seconds, added to every reply. ``within`` is the terminal around tmux, which gets what tmux
    passes through.
    """

    name: str
    replies: Mapping[str, bytes] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=lambda: COLOURS_TEXT)
    graphics: bool = False
    animation: bool = False
    truecolor: bool = True
    capability: bool = True
    status: bool = True
    pixels: bool = True
    answers: bool = True
    delay: float = 0.0
    within: "Profile | None" = None


KITTY = Profile(
    "kitty",
    {
        "c": b"\x1b[?62;c",
        ">c": b"\x1b[>1;4000;41c",
        ">q": b"\x1bP>|kitty(0.41.1)\x1b\\",
        "?2026$p": b"\x1b[?2026;2$y",
        "?2048$p": b"\x1b[?2048;2$y",
        "?u": b"\x1b[?0u",
    },
    {"TERM": "xterm-kitty", "COLORTERM": "truecolor", "KITTY_WINDOW_ID": "1"},
    graphics=True,
    animation=True,
)
GHOSTTY = Profile(
    "ghostty",
    {
        "c": b"\x1b[?62;22c",
        ">c": b"\x1b[>1;10;0c",
        ">q": b"\x1bP>|ghostty 1.4.0\x1b\\",
        "?2026$p": b"\x1b[?2026;2$y",
        "?2048$p": b"\x1b[?2048;0$y",
        "?u": b"\x1b[?0u",
    },
    {"TERM": "xterm-ghostty", "COLORTERM": "truecolor", "TERM_PROGRAM": "ghostty"},
    graphics=True,
    animation=True,
)
GHOSTTY_OLD = replace(
    GHOSTTY,
    name="ghostty-old",
    replies={**GHOSTTY.replies, ">q": b"\x1bP>|ghostty 1.2.3\x1b\\"},
    animation=False,
)
WEZTERM = Profile(
    "wezterm",
    {
        "c": b"\x1b[?65;4;6;18;22;52c",
        ">c": b"\x1b[>1;277;0c",
        ">q": b"\x1bP>|WezTerm 20240203-110809-5046fc22\x1b\\",
        "?2026$p": b"\x1b[?2026;2$y",
        "?2048$p": b"\x1b[?2048;0$y",
        "?1;1;0S": b"\x1b[?1;0;65536S",
    },
    {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TERM_PROGRAM": "WezTerm"},
    graphics=True,
)
"""kitty's protocol without placeholders, and sixel."""
SIXEL = Profile(
    "sixel",
    {
        "c": b"\x1b[?63;1;2;4;6;9;15;16;22;28c",
        ">c": b"\x1b[>19;379;0c",
        ">q": b"\x1bP>|XTerm(379)\x1b\\",
        "?2026$p": b"\x1b[?2026;0$y",
        "?2048$p": b"\x1b[?2048;0$y",
        "?1;1;0S": b"\x1b[?1;0;256S",
    },
    {"TERM": "xterm-256color", "COLORTERM": ""},
    capability=False,
    pixels=False,
)
"""xterm -ti vt340 with 256 registers. It keeps its pixels to itself, but the pty tells them."""
XTERM = replace(
    SIXEL,
    name="xterm",
    replies={
        **SIXEL.replies,
        "c": b"\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c",
        ">c": b"\x1b[>41;379;0c",
        "?1;1;0S": b"\x1b[?1;3S",
    },
)
"""xterm as Debian starts it: without sixel."""
PLAIN = Profile(
    "plain",
    {"c": b"\x1b[?1;2c", ">c": b"\x1b[>0;0;0c"},
    {"TERM": "xterm-256color", "COLORTERM": ""},
    truecolor=False,
    pixels=False,
)
"""Answers who it is and where its cursor stands, and nothing else."""
SILENT = Profile("silent", {}, {"TERM": "vt100", "COLORTERM": ""}, answers=False)
TMUX = Profile(
    "tmux",
    {
        "c": b"\x1b[?1;2;4c",
        ">c": b"\x1b[>84;0;0c",
        ">q": b"\x1bP>|tmux 3.5a\x1b\\",
        "?1;1;0S": b"\x1b[?1;0;1024S",
    },
    {"TERM": "tmux-256color", "COLORTERM": "", "TMUX": "/tmp/tmux-0/default,1,0"},
    status=False,
    within=KITTY,
)
"""tmux 3.5a says sixel and cells of 16 by 32 pixels unless the terminal around it is known."""
TMUX_OLD = replace(
    TMUX,
    name="tmux-old",
    replies={"c": b"\x1b[?1;2c", ">c": TMUX.replies[">c"], ">q": b"\x1bP>|tmux 3.3a\x1b\\"},
    pixels=False,
)
PROFILES = {
    p.name: p
    for p in (
        *(KITTY, GHOSTTY, GHOSTTY_OLD, WEZTERM, SIXEL, XTERM),
        *(PLAIN, SILENT, TMUX, TMUX_OLD),
    )
}


def late(profile: Profile, seconds: float) -> Profile:
    """The same terminal, thinking for ``seconds`` before each reply."""
    return replace(profile, name=f"{profile.name}, {seconds} s late", delay=seconds)
