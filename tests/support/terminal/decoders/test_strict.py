"""The decoders refuse what real terminals refuse or misunderstand; otherwise they prove nothing."""

import zlib
from base64 import b64encode

import pytest

from screens.picture.encode import kitty
from tests.screens.picture.encode.noise import noise
from tests.support.terminal.decoders import ProtocolError
from tests.support.terminal.decoders.kitty import Kitty
from tests.support.terminal.decoders.sixel import decoded


def command(keys: str, data: bytes = b"") -> bytes:
    return b"\x1b_G" + keys.encode() + b";" + b64encode(data) + b"\x1b\\"


def placed() -> Kitty:
    return Kitty().feed(kitty.place(1, noise(64), 4, 2))


PIXELS = zlib.compress(bytes(64 * 64 * 3))
FRAME = "f=24,o=z,s=64,v=64,q=2"


def test_a_later_chunk_without_the_frame_it_edits_is_refused() -> None:
    begun = placed().feed(command(f"a=f,i=1,r=1,m=1,{FRAME}", PIXELS[:3]))
    assert begun.loading
    with pytest.raises(ProtocolError, match="appends a frame"):
        begun.feed(command("m=0,q=2", PIXELS[3:]))


def test_a_frame_that_edits_none_is_kept_beside_the_picture() -> None:
    terminal = placed()
    for _ in range(5):
        terminal.feed(command(f"a=f,i=1,{FRAME}", PIXELS))
    assert terminal.images[1].frames == 6
    assert terminal.stored == 6 * 64 * 64 * 4


def test_a_placement_without_a_number_is_one_more_each_time() -> None:
    terminal = Kitty()
    for _ in range(3):
        terminal.feed(command(f"a=T,U=1,i=1,c=4,r=2,{FRAME}", PIXELS))
    assert len(terminal.images[1].placements) == 3


def test_deleting_what_is_visible_leaves_placeholder_pictures() -> None:
    assert placed().feed(command("a=d,q=2")).images
    assert placed().feed(command("a=d,d=A,q=2")).images
    hidden = placed().feed(command("a=d,d=i,i=1,q=2")).images
    assert not hidden[1].placements


def test_a_picture_sent_anew_outside_2026_flickers() -> None:
    assert placed().feed(kitty.place(1, noise(64), 4, 2)).flickers == 1


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (command(f"a=T,i=2,{FRAME}".replace("q=2", "q=1"), PIXELS), "keystrokes"),
        (command(f"a=T,{FRAME}", PIXELS), "without an id"),
        (command(f"a=f,i=2,r=1,{FRAME}", PIXELS), "ENOENT"),
        (command(f"a=f,i=1,r=1,x=1,{FRAME}", PIXELS), "EINVAL"),
        (command("a=f,i=1,r=1,f=24,o=z,s=65,v=64,q=2", PIXELS), "EINVAL"),
        (command("a=p,i=3,U=1,q=2"), "ENOENT"),
        (command(f"a=T,i=2,k=1,{FRAME}", PIXELS), "unknown keys"),
        (command(f"a=T,i=2,{FRAME}", noise(64).tobytes()), "a chunk of"),
        (command(f"a=T,i=2,m=1,{FRAME}", b"12345") + command("m=0,q=2"), None),
        (command(f"a=T,i=2,m=1,{FRAME}", b"123") + kitty.frame(1, noise(2)), "inside a picture"),
        (command("m=0,q=2", b"123"), "outside a picture"),
        (kitty.wrapped(kitty.delete(1)), "only tmux"),
    ],
)
def test_what_kitty_refuses(sent: bytes, why: str | None) -> None:
    with pytest.raises((ProtocolError, zlib.error), match=why):
        placed().feed(sent)


def test_tmux_swallows_bare_commands() -> None:
    with pytest.raises(ProtocolError, match="no envelope"):
        Kitty(tmux=True).feed(kitty.delete(1))


def test_no_frames_where_the_terminal_has_none() -> None:
    terminal = Kitty(animation=False).feed(kitty.place(1, noise(8), 1, 1))
    with pytest.raises(ProtocolError, match="no a=f"):
        terminal.feed(kitty.frame(1, noise(8)))


def test_a_delete_ends_a_picture_that_was_half_sent() -> None:
    begun = placed().feed(command(f"a=T,i=2,m=1,{FRAME}", PIXELS[:3]))
    assert not begun.feed(kitty.delete(2)).loading
    assert list(begun.images) == [1]


@pytest.mark.parametrize("tmux", [False, True])
def test_a_stream_may_come_byte_by_byte_between_text(tmux: bool) -> None:
    image = noise(20)
    sent = kitty.replace(1, image, 4, 2) + kitty.frame(1, image)
    mixed = b"text\x1b[1m" + (kitty.wrapped(sent) if tmux else sent) + b"\x1b[0mmore\x1b"
    terminal = Kitty(tmux)
    for at in range(len(mixed)):
        terminal.feed(mixed[at : at + 1])
    assert terminal.changes == 2
    assert terminal.images[1].pixels.tobytes() == image.tobytes()


def test_queries_are_answered() -> None:
    assert Kitty().feed(command("a=q,i=31,s=1,v=1,f=24", b"AAA")).replies == b"\x1b_Gi=31;OK\x1b\\"


HEAD = b'\x1bP0;1;0q"1;1;10;7#0;2;100;0;0#3;2;0;0;100'


def test_sixels_are_bits_from_the_top() -> None:
    image = decoded(HEAD + b"#0!3@$#3!2?AB-#0@\x1b\\")
    red, blue, none = (255, 0, 0, 255), (0, 0, 255, 255), (0, 0, 0, 0)
    assert [image.getpixel((x, 0)) for x in range(5)] == [red, red, red, blue, none]
    assert [image.getpixel((x, 1)) for x in range(4)] == [none, none, blue, blue]
    assert image.getpixel((0, 6)) == red


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"#0!11@", "outside"),
        (b"#0@-A", "outside"),
        (b"#5@", "before it is defined"),
        (b"@", None),
        (b"#256;2;0;0;0", "register 256"),
        (b"#1;2;0;0;101", "100 percent"),
        (b"#0@ @", "not sixel data"),
        (b"?" * 1_000_000, "under 1 MB"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_sixel_terminals_refuse(body: bytes, why: str) -> None:
    head = HEAD if why else HEAD[: HEAD.index(b"#")]
    with pytest.raises(ProtocolError, match=why):
        decoded(head + body + b"\x1b\\")
