"""A table is learned from WordNet's files and a sentence encoder."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import BadInput
from engine.forge.near_words import __main__ as command
from engine.forge.near_words import learn
from engine.forge.near_words.wordnet import Closeness, WordNet
from engine.vocabulary import Vocabulary

KINDS = {"animal": 5, "artifact": 6, "act": 4, "person": 18}
SYNSETS = [
    # number, kind, words, above, definition
    (1, "artifact", "entity", [], "that which exists"),
    (2, "animal", "animal", ["@ 1"], "a living creature"),
    (3, "animal", "canine", ["@ 2"], "a dog or a fox or a wolf"),
    (4, "animal", "dog domestic_dog", ["@ 3"], "a common canine"),
    (5, "animal", "hound", ["@ 4"], "a dog used for hunting"),
    (6, "artifact", "instrument", ["@ 1"], "a device for music"),
    (7, "artifact", "guitar", ["@ 6"], "an instrument with strings"),
    (8, "person", "guitarist", ["@ 1"], "someone who plays the guitar"),
    (9, "act", "run", ["@ 1"], "a fast pace"),
    (10, "animal", "rex", ["@i 4"], "a certain dog"),
    (11, "animal", "lurcher", ["@ 4"], "a dog of mixed breed"),
    (12, "animal", "sea_dog", ["@ 4"], "a dog that swims"),
]


@pytest.fixture
def wordnet(tmp_path: Path) -> WordNet:
    """A dozen nouns, in the form of WordNet's files."""
    data, index = ["  1 a licence"], ["  1 a licence"]
    for number, kind, words, above, gloss in SYNSETS:
        names = words.split()
        spelled = " ".join(f"{name} 0" for name in names)
        pointers = " ".join(
            f"{mark.split()[0]} {int(mark.split()[1]):08d} n 0000" for mark in above
        )
        data.append(f"{number:08d} {KINDS[kind]:02d} n {len(names):02x} {spelled} {len(above):03d}"
                    f"{' ' * bool(above)}{pointers} | {gloss}; more")  # fmt: skip
        index += [f"{name} n 1 1 @ 1 0 {number:08d}" for name in names]
    (tmp_path / "data.noun").write_text("\n".join(data) + "\n")
    (tmp_path / "index.noun").write_text("\n".join(index) + "\n")
    return WordNet(tmp_path)


def bags(texts: list[str]) -> np.ndarray:
    """A sentence encoder: the letters that a text has, as a unit vector."""
    counts = np.array([[text.count(chr(97 + i)) for i in range(26)] for text in texts], np.float32)
    return counts / np.linalg.norm(counts, axis=1, keepdims=True)


def test_closeness_is_of_wu_and_palmer(wordnet: WordNet) -> None:
    close = Closeness(wordnet, ["dog", "guitar", "nothing known"])
    assert close.of("dog").tolist() == pytest.approx([1, 2 / 7, 0])
    assert close.of("hounds").tolist() == pytest.approx([8 / 9, 2 / 8, 0])
    assert close.of("canine").tolist() == pytest.approx([6 / 7, 2 / 6, 0])
    assert close.of("nonsense").tolist() == [0, 0, 0]


def test_kinds_of_a_known_thing_are_near_it(
    wordnet: WordNet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learn, "NEAR", 0.6)
    monkeypatch.setattr(learn, "PHRASE", 0.6)
    known = Vocabulary(("a", "dog", "guitar"), ("a dog", "a guitar"))
    rare = {"lurcher": 1.0}
    found = learn.learn(known, learn.Sources(wordnet, bags, lambda word: rare.get(word, 5.0)))
    assert found.drawn["hound"] == found.drawn["canine"] == (("dog", 1.0),)
    assert found.drawn["sea dog"] == (("dog", 1.0),)
    never = ("guitarist", "run", "rex", "lurcher", "dog")
    assert not set(never) & {*found.drawn, *found.related}


def test_what_is_missing_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadInput, match=r"no WordNet in"):
        WordNet(tmp_path)
    (tmp_path / "data.noun").write_text("nonsense\n")
    (tmp_path / "index.noun").write_text("")
    with pytest.raises(BadInput, match=r"no WordNet in"):
        WordNet(tmp_path)
    (tmp_path / "vocabulary.json").write_text(Vocabulary(("a",)).to_json())
    monkeypatch.setattr("engine.forge.near_words.meaning.find_spec", lambda name: None)
    asked = [str(tmp_path), "--out", str(tmp_path / "out"), "--learn", str(tmp_path / "table")]
    assert command.main(asked) == 3
    assert "pip install 'diffuscope[words]'" in capsys.readouterr().err
