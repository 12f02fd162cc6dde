"""Parts a terminal's answers from the keys between them, however the bytes were cut. Pure."""

import re

LONGEST = 2048
"""Bytes of one answer; what is longer is none."""
MOST = 64
"""Answers that are kept; a terminal gives about ten."""
_STRING = rb"(?:P(?:>\||[01]\$r)|_G)[^\x1b\x07]{0,%d}" % LONGEST
TOKEN = re.compile(
    rb"(?P<answer>\x1b(?:\[\?[\d;]{1,64}(?:c|S|\$y)"  # attributes, registers, modes
    rb"|\[[46];\d{1,5};\d{1,5}t"  # sizes in pixels
    rb"|" + _STRING + rb"(?:\x1b\\|\x07)))"  # name, colour, kitty's
    rb"|(?P<begun>\x1b(?:\[(?:\?[\d;]{0,64}\$?|[46](?:;\d{0,5}){0,2})?|P(?:>|[01]\$?)?|_"
    rb"|" + _STRING + rb"\x1b?)?\Z)"  # what may become an answer when more comes
    rb"|(?P<broken>\x1b" + _STRING + rb")"  # cut off by another sequence, or without an end
    rb"|(?P<keys>\x1b|[^\x1b]+)"
)
SURE = re.compile(rb"\x1b(?:\[\?|P(?:>\||[01]\$r)|_G)")
"""No key begins like this."""
SENTINEL = re.compile(rb"\x1b\[\?[\d;]*c")
MODE = re.compile(rb"\x1b\[\?[\d;]*\$y")


class ReplyFilter:
    """Takes bytes as they come; gives the keys among them and keeps the answers.

    ``done`` is True once the sentinel (the answer to DA1, asked last) was there. With ``late`` set,
    answers about modes count as keys: by then Textual reads, and it asks about modes itself.
    """

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.done = self.late = False
        self.held = b""

    def feed(self, data: bytes) -> bytes:
        """The keys in what was held and in ``data``; what may become an answer is held."""
        text, keys, self.held = self.held + data, bytearray(), b""
        for token in TOKEN.finditer(text):
            if token.lastgroup == "answer":
                keys += self._take(token[0])
            elif token.lastgroup == "begun":
                self.held = token[0]
            elif token.lastgroup == "keys":
                keys += token[0]
        return bytes(keys)

    @property
    def sure(self) -> bool:
        """Whether what is held can only be an answer."""
        return SURE.match(self.held) is not None

    def give_up(self) -> bytes:
        """Wait no longer for the rest of what is held: keys, unless it can only be an answer."""
        keys, self.held = b"" if self.sure else self.held, b""
        return keys

    def _take(self, answer: bytes) -> bytes:
        if self.late and MODE.fullmatch(answer):
            return answer
        self.done = self.done or SENTINEL.fullmatch(answer) is not None
        if len(self.answers) < MOST:
            self.answers.append(answer)
        return b""
