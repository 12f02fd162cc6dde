"""From a byte stream to graphics commands: envelopes opened, keys read, payloads decoded."""

import re
from base64 import b64decode
from collections.abc import Iterator
from typing import NamedTuple

from tests.support.terminal.decoders import ProtocolError

LONGEST = 4096
SYNCHRONIZED = {b"\x1b[?2026h": True, b"\x1b[?2026l": False}
KEYS = "adtofmiIpqwhxyvsSOcrXYzCUPQHV"
_FOUND = re.compile(
    rb"\x1bPtmux;((?:[^\x1b]|\x1b\x1b)*)\x1b\\|(\x1b_G[^\x1b]*\x1b\\)|(\x1b\[\?2026[hl])"
)
_BEGUN = re.compile(rb"\x1b(?:_G|Ptmux;|P?t?m?u?x?\Z|_?\Z|\[\??2?0?2?6?\Z)")


class Command(NamedTuple):
    """One ``ESC _ G … ESC \\``."""

    keys: dict[str, str]
    data: bytes

    @property
    def action(self) -> str:
        return self.keys.get("a", "")

    def number(self, key: str) -> int:
        return int(self.keys.get(key, "0"))


class Reader:
    """Takes a stream in pieces of any length; yields commands, and DECSET 2026 as True or False."""

    def __init__(self, tmux: bool = False) -> None:
        self._tmux = tmux
        self._rest = b""

    def read(self, data: bytes) -> Iterator[Command | bool]:
        """Everything that is complete by now."""
        data = self._rest + data
        found = list(_FOUND.finditer(data))
        end = found[-1].end() if found else 0
        begun = _BEGUN.search(data, end)
        self._rest = data[begun.start() :] if begun else b""
        for match in found:
            yield from self._said(match)

    def _said(self, match: re.Match[bytes]) -> Iterator[Command | bool]:
        envelope, bare, synchronized = match.groups()
        if synchronized:
            yield SYNCHRONIZED[synchronized]
        elif envelope is None:
            if self._tmux:
                raise ProtocolError("tmux swallows a command that is in no envelope")
            yield command(bare)
        elif not self._tmux:
            raise ProtocolError("only tmux opens its envelopes")
        else:
            yield command(envelope.replace(b"\x1b\x1b", b"\x1b"))


def command(sequence: bytes) -> Command:
    """One whole sequence; tmux's envelope is off."""
    whole = re.fullmatch(rb"\x1b_G([^;\x1b]*);?([^\x1b]*)\x1b\\", sequence)
    if not whole:
        raise ProtocolError(f"not one graphics command: {sequence[:40]!r}")
    control, payload = whole[1].decode("ascii"), whole[2]
    keys = dict(part.split("=", 1) for part in control.split(","))
    if strange := set(keys) - set(KEYS):
        raise ProtocolError(f"kitty drops a command with unknown keys: {strange}")
    if len(payload) > LONGEST:
        raise ProtocolError(f"a chunk of {len(payload)} bytes: {LONGEST} are allowed")
    if keys.get("m") == "1" and len(payload) % 4:
        raise ProtocolError("only the last chunk may have a length that is no multiple of 4")
    return Command(keys, b64decode(payload, validate=True))
