"""Only what is new is read, and only whole lines."""

import random
from pathlib import Path

import pytest

from engine.runs.log import Tail


def test_a_file_that_comes_later_is_followed_from_its_start(tmp_path: Path) -> None:
    tail = Tail(tmp_path / "log")
    assert tail.lines() == []
    (tmp_path / "log").write_bytes(b"one\ntwo\n")
    assert tail.lines() == ["one", "two"]
    assert tail.lines() == []


@pytest.mark.parametrize("seed", range(5))
def test_however_the_bytes_arrive_the_lines_are_those_of_the_file(
    tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)
    lines = [f"line {i} " + "αβγ" * dice.randrange(9) for i in range(60)]
    whole = "".join(f"{line}\n" for line in lines).encode()
    tail, found = Tail(tmp_path / "log"), []
    with (tmp_path / "log").open("ab", buffering=0) as file:
        while whole:
            cut = dice.randrange(1, 40)
            file.write(whole[:cut])
            whole = whole[cut:]
            found += tail.lines()
    assert found == lines


def test_no_byte_is_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    fresh = Tail._fresh
    monkeypatch.setattr(Tail, "_fresh", lambda self: read.append(len(d := fresh(self))) or d)
    path = tmp_path / "log"
    path.write_bytes(b"a" * 99 + b"\n")
    tail = Tail(path)
    tail.lines()
    for _ in range(3):
        with path.open("ab") as file:
            file.write(b"b\n")
        tail.lines()
        tail.lines()
    assert read == [100, 2, 2, 2]


def test_a_replaced_and_a_shortened_file_begin_anew(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\ntw")
    tail = Tail(path)
    assert tail.lines() == ["one"]
    (tmp_path / "other").write_bytes(b"new\nfile\n")
    (tmp_path / "other").replace(path)
    assert tail.lines() == ["new", "file"]
    path.write_bytes(b"short\n")
    assert tail.lines() == ["short"]
