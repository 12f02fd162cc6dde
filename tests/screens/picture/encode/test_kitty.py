"""A terminal that takes kitty's protocol at its word holds exactly the pixels that were sent."""

import re

import pytest
from PIL import Image

from screens.picture.encode import kitty
from screens.picture.quality import reduced
from tests.screens.picture.encode.noise import noise, smooth, x_t
from tests.support.terminal.decoders.kitty import Kitty, Placement

SIZES = (64, 128, 256)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("make", [noise, x_t, smooth])
def test_every_pixel_arrives_when_placed_edited_and_replaced(make, size):
    first, second, third = make(size), smooth(size), noise(size, seed=1)
    terminal = Kitty().feed(kitty.place(7, first, 40, 20))
    assert terminal.images[7].pixels.tobytes() == first.tobytes()
    terminal.feed(kitty.frame(7, second))
    assert terminal.images[7].pixels.tobytes() == second.tobytes()
    terminal.feed(kitty.replace(7, third, 30, 15))
    assert terminal.images[7].pixels.tobytes() == third.tobytes()


@pytest.mark.parametrize("colours", [2, 4, 16, 64, 65, 256])
def test_reduced_pictures_arrive_as_they_were_reduced(colours):
    for image in (x_t(64), smooth(50, 31), Image.new("RGB", (5, 3), "navy")):
        terminal = Kitty().feed(kitty.place(1, image, 2, 1)).feed(kitty.frame(1, image, colours))
        told = reduced(image, colours).convert("RGB")
        assert terminal.images[1].pixels.tobytes() == told.tobytes()


def test_an_odd_size_and_a_single_pixel_arrive():
    for size in ((1, 1), (1, 300), (97, 5)):
        image = noise(*size)
        terminal = Kitty().feed(kitty.place(1, image, 3, 4))
        assert terminal.images[1].pixels.tobytes() == image.tobytes()


def test_many_frames_are_one_picture_with_one_placement():
    terminal = Kitty().feed(kitty.place(9, noise(128), 40, 20))
    for seed in range(20):
        terminal.feed(kitty.frame(9, noise(128, seed=seed)))
        terminal.feed(kitty.replace(9, noise(128, seed=seed), 40, 20, 64))
    (held,) = terminal.images.values()
    assert held.frames == 1
    assert held.placements == {1: Placement(40, 20, virtual=True)}
    assert terminal.stored == 128 * 128 * 4
    assert terminal.flickers == 0


def test_a_frame_in_bands_is_the_whole_frame():
    image = noise(128)
    terminal = Kitty().feed(kitty.place(9, smooth(128), 40, 20))
    for top in range(0, 128, 32):
        terminal.feed(kitty.frame(9, image.crop((0, top, 128, top + 32)), top=top))
    assert terminal.images[9].pixels.tobytes() == image.tobytes()


def test_bands_of_a_reduced_picture_share_its_palette():
    whole = reduced(noise(64), 16)
    terminal = Kitty().feed(kitty.place(9, smooth(64), 40, 20))
    for top in (0, 32):
        terminal.feed(kitty.frame(9, whole.crop((0, top, 64, top + 32)), 16, top))
    assert terminal.images[9].pixels.tobytes() == whole.convert("RGB").tobytes()


def test_delete_frees_only_its_own():
    terminal = Kitty().feed(kitty.place(1, noise(64), 4, 2) + kitty.place(2, noise(64), 4, 2))
    terminal.feed(kitty.delete(1))
    assert list(terminal.images) == [2]
    terminal.feed(kitty.delete(2) + kitty.delete(2))
    assert not terminal.stored


@pytest.mark.parametrize(("colours", "most"), [(64, 6144), (256, 8192), (16, 4096), (None, 22528)])
def test_bytes_of_a_frame_of_noise(colours, most):
    """64 by 64 in 64 colours is what 1 Mbit/s carries twenty times a second."""
    assert len(kitty.frame(7, x_t(64), colours)) <= most
    assert len(kitty.frame(7, noise(64), colours)) <= most


def test_a_flat_picture_is_one_small_command():
    assert len(kitty.frame(7, Image.new("RGB", (256, 256), "teal"))) < 400
    assert len(kitty.frame(7, Image.new("RGB", (256, 256), "teal"), 16)) < 400


def test_tmux_passes_every_chunk_on():
    image = noise(128)
    sent = kitty.place(3, image, 8, 4) + kitty.replace(3, image, 8, 4) + kitty.delete(4)
    terminal = Kitty(tmux=True).feed(kitty.wrapped(sent))
    assert terminal.images[3].pixels.tobytes() == image.tobytes()
    assert terminal.flickers == 0
    assert max(map(len, kitty.wrapped(sent).split(b"\x1bPtmux;"))) < 4300


def test_wrapping_leaves_all_else_alone():
    assert kitty.wrapped(b"\x1b[1mtext\x1b[0m") == b"\x1b[1mtext\x1b[0m"


def test_ids_that_no_colour_can_carry_are_refused():
    for ident in (0, -1, 1 << 24):
        for call in (kitty.delete, kitty.colour, lambda i: kitty.frame(i, noise(2))):
            with pytest.raises(ValueError, match="use 1 to 16777215"):
                call(ident)
    with pytest.raises(ValueError, match="use 1 to 255"):
        kitty.numbered(256)
    with pytest.raises(ValueError, match="use 1 to 297"):
        kitty.place(1, noise(2), 298, 1)


def test_nothing_is_sent_that_a_terminal_would_answer():
    sent = kitty.replace(5, noise(128), 3, 2) + kitty.frame(5, noise(128)) + kitty.delete(5)
    commands = re.findall(rb"\x1b_G([^;\x1b]*)", sent)
    assert len(commands) > 20
    assert all(b"q=2" in control.split(b",") for control in commands)
