"""Views as Python files: what is right is read off as data, what is wrong is one line."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.errors import BadInput
from engine.views import Resolution, keep, open_view
from tests.engine.views.conftest import Write, noise, refused

GOOD_CODE = {
    "flip": "def view(x):\n    return x[:, ::-1]",
    "negative": "def view(x):\n    x *= -1\n    return x",
    "jumble": "import numpy as np\ndef view(x):\n"
    "    p = np.random.default_rng(3).permutation(x[0].size)\n"
    "    s = np.where(p % 2, 1, -1)\n"
    "    return (x.reshape(3, -1)[:, p] * s).reshape(x.shape)\n"
    "def inverse(x):\n"
    "    p = np.random.default_rng(3).permutation(x[0].size)\n"
    "    y = np.empty_like(x).reshape(3, -1)\n"
    "    y[:, p] = x.reshape(3, -1) * np.where(p % 2, 1, -1)\n"
    "    return y.reshape(x.shape)",
    "swapped": "def view(x):\n    return x[[2, 0, 1]][:, :, ::-1]",
    "hue": "import numpy as np\nc, s = np.cos(1), np.sin(1)\n"
    "m = np.array([[c, s, 0], [0, 0, 1], [-s, c, 0]])\n"
    "def view(x):\n    return np.einsum('dc,chw->dhw', m, -np.rot90(x, axes=(1, 2)))",
}


@pytest.mark.parametrize("name", GOOD_CODE)
@pytest.mark.parametrize("side", [28, 64])
def test_code_is_read_as_what_it_does(write: Write, name: str, side: int) -> None:
    found = open_view(write(f"{name}.py", GOOD_CODE[name]))
    moves, x = found.at(Resolution(side)), noise(side)
    space: dict[str, Callable[[object], object]] = {}
    exec(GOOD_CODE[name], space)
    np.testing.assert_allclose(moves.view(x), space["view"](x.copy()), atol=1e-5)
    np.testing.assert_allclose(moves.inverse_view(moves.view(x)), x, atol=1e-5)
    assert moves.orthogonal
    assert found.name == name
    if name in ("flip", "negative", "jumble"):
        assert moves.colour is None


def test_code_that_negates_has_signs_and_no_colours(write: Write) -> None:
    moves = open_view(write("n.py", GOOD_CODE["negative"])).at(Resolution(32))
    assert (moves.weight == -1).all()
    assert moves.colour is None
    np.testing.assert_array_equal(moves.inverse_view_variance(noise(32)), noise(32))


BAD_CODE = {
    "half": ("def view(x):\n    return x / 2",
             "half.py: not orthogonal: it scales the noise by 0.50; a view must keep"
             " i.i.d. unit noise (permute pixels, or negate)"),
    "twice": ("def view(x):\n    x[:, :, 16:] = x[:, :, :16]\n    return x", "not orthogonal"),
    "same": ("def view(x):\n    return x * 0 + abs(x).mean()", "not linear"),
    "clip": ("def view(x):\n    return x.clip(-1, 1)", "not linear"),
    "plus": ("def view(x):\n    return x + 0.1", "not linear"),
    "dice": ("import numpy as np\ndef view(x):\n    return x * np.random.choice([-1, 1], x.shape)",
             "not linear"),
    "crop": ("def view(x):\n    return x[:, :16]", "makes (3, 16, 32) of (3, 32, 32)"),
    "none": ("def view(x):\n    pass", "view(x) gives NoneType"),
    "list": ("def view(x):\n    return x.tolist()", "view(x) gives list"),
    "complex": ("def view(x):\n    return x * 1j", "view(x) gives complex64"),
    "nan": ("def view(x):\n    return x / 0", "not finite"),
    "haar": ("import numpy as np\ndef view(x):\n    a, b = x[:, ::2], x[:, 1::2]\n"
             "    return np.concatenate([a + b, a - b], axis=1) / 2**0.5", "mixes pixels"),
    "apart": ("import numpy as np\ndef view(x):\n    return np.stack([x[0, ::-1], x[1], x[2]])",
              "all channels alike"),
    "undone": ("def view(x):\n    return x[:, ::-1]\ndef inverse(x):\n    return x",
               "inverse does not undo"),
    "missing": ("def views(x):\n    return x", "defines no view"),
    "number": ("view = 3", "view is int"),
    "syntax": ("def view(x)\n    return x", "SyntaxError"),
    "raises": ("def view(x):\n    raise KeyError('a\\nb')", "view(x) on (3, 32, 32): KeyError"),
    "leaves": ("import sys\nsys.exit(3)", "SystemExit: 3"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_CODE)
def test_bad_code_is_one_line(write: Write, name: str) -> None:
    text, said = BAD_CODE[name]
    line = refused(write(f"{name}.py", text))
    assert line.startswith(f"{name}.py")
    assert said in line


def test_code_from_elsewhere_is_not_run(write: Write, tmp_path: Path) -> None:
    name = write("evil.py", f"open({str(tmp_path / 'done')!r}, 'w')")
    with pytest.raises(BadInput, match="only where it is named"):
        open_view(name, run_code=False)
    assert not (tmp_path / "done").exists()


def test_a_view_of_ones_own_is_kept_with_its_colours(write: Write, tmp_path: Path) -> None:
    found = open_view(write("hue.py", GOOD_CODE["hue"]))
    keep(found, [Resolution(32)], tmp_path / "hue.safetensors")
    moves = open_view(str(tmp_path / "hue.safetensors")).at(Resolution(32))
    np.testing.assert_array_equal(moves.view(noise(32)), found.at(Resolution(32)).view(noise(32)))


def test_stage_two_sees_what_code_did_at_stage_one(write: Write) -> None:
    """The order is another at 128 pixels than at 32: the one at 32 counts."""
    found, x = open_view(write("jumble.py", GOOD_CODE["jumble"])), noise(32)
    block = np.ones((1, 4, 4), np.float32)
    large = found.at(Resolution(128, 32)).view(np.kron(x, block))
    np.testing.assert_array_equal(large, np.kron(found.at(Resolution(32)).view(x), block))


def test_stage_two_sees_finer_what_code_does_alike_at_both(write: Write) -> None:
    text = "import numpy as np\ndef view(x):\n    y = x.copy()\n    for i in range(x.shape[2]):\n"
    text += "        y[..., i] = np.roll(x[..., i], i, axis=-1)\n    return y"
    moves = open_view(write("shear.py", text)).at(Resolution(128, 32))
    x = noise(128)
    np.testing.assert_array_equal(moves.view(x)[..., 5], np.roll(x[..., 5], 5, axis=-1))
