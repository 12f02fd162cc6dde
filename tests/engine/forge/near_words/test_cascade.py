"""A taught encoder reads a near word as its target, and known captions bit for bit as before."""

import shutil
from pathlib import Path

import pytest
import torch
from transformers import T5EncoderModel, T5Tokenizer

from engine import vocabulary
from engine.errors import BadInput
from engine.forge.near_words import __main__ as command
from engine.forge.near_words import cascade
from engine.forge.near_words.rows import Lesson
from engine.forge.near_words.table import parsed
from engine.forge.text import Words
from engine.vocabulary import Vocabulary
from tests.engine.forge.near_words.conftest import CAPTIONS

TABLE = parsed("dog: hound, sea dog\nblue 0.5 + black 0.5: navy\npine tree: conifer\n~ dog: leash")


@pytest.fixture
def folder(words: Words, known: Vocabulary, tmp_path: Path) -> Path:
    """A cascade of two stages with the same encoder, as far as near words look at it."""
    for stage in ("stage-1", "stage-2"):
        words.encoder.save_pretrained(tmp_path / "cascade" / stage / "text_encoder")
        words.tokenizer.save_pretrained(tmp_path / "cascade" / stage / "tokenizer")
    (tmp_path / "cascade" / vocabulary.FILE).write_text(known.to_json(), "utf-8")
    return tmp_path / "cascade"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def test_what_was_known_stays_and_what_is_near_equals_it(words: Words, known: Vocabulary) -> None:
    grown, told = cascade.taught(words, known, TABLE)
    assert torch.equal(grown(CAPTIONS[:6]), words(CAPTIONS[:6]))
    assert torch.equal(grown(["a photo of a hound"]), words(["a photo of a dog"]))
    assert torch.equal(grown(["a sea dog"]), words(["a dog"]))
    assert not torch.equal(grown(["a hound"]), words(["a hound"]))
    assert told.near == {"hound": "dog", "sea dog": "dog", "navy": "blue and black",
                         "conifer": "pine tree"}  # fmt: skip
    assert told.related == {"leash": "dog"}
    assert told.words == known.words


def test_a_mixture_is_between_its_parts(words: Words, known: Vocabulary) -> None:
    grown, _ = cascade.taught(words, known, TABLE)
    embeddings = grown.encoder.get_input_embeddings().weight

    def row(word: str) -> torch.Tensor:
        (token,) = grown.tokenizer(word, add_special_tokens=False).input_ids
        return embeddings[token]

    torch.testing.assert_close(row("navy"), (row("blue") + row("black")) / 2)


def test_one_token_learns_to_say_what_a_phrase_says(words: Words, known: Vocabulary) -> None:
    grown, _ = cascade.taught(words, known, TABLE)
    lesson = Lesson.of(words, "pine tree", known)
    (token,) = grown.tokenizer("conifer", add_special_tokens=False).input_ids
    mean = torch.stack([words.encoder.shared.weight[words.tokenizer(w).input_ids[0]]
                        for w in ("pine", "tree")]).mean(0)  # fmt: skip
    learned = grown.encoder.get_input_embeddings().weight[token]
    assert lesson.error(learned) < lesson.error(mean) / 2


def test_teaching_again_changes_nothing(words: Words, known: Vocabulary) -> None:
    grown, told = cascade.taught(words, known, TABLE)
    again, retold = cascade.taught(grown, told, TABLE)
    assert retold == told
    assert again.tokenizer.backend_tokenizer.to_str() == grown.tokenizer.backend_tokenizer.to_str()
    weights = (each.encoder.state_dict() for each in (again, grown))
    for one, other in zip(*(state.values() for state in weights), strict=True):
        assert torch.equal(one, other)
    plain = cascade.trained(grown)
    assert torch.equal(plain(["a hound"]), words(["a hound"]))
    assert plain.encoder.config.to_dict() == words.encoder.config.to_dict()


def test_a_table_without_fitting_words_leaves_the_encoder(words: Words, known: Vocabulary) -> None:
    grown, told = cascade.taught(words, known, parsed("horse: mare"))
    assert grown is words
    assert told == known


def test_a_folder_opens_plainly_and_the_command_repeats(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "table.txt").write_text(TABLE.to_text())
    out, before = tmp_path / "out", contents(folder)
    asked = [str(folder), "--out", str(out), "--table", str(tmp_path / "table.txt")]
    assert command.main(asked) == 0
    assert contents(folder) == before
    first = contents(out)
    assert (
        first["stage-1/text_encoder/model.safetensors"]
        == (first["stage-2/text_encoder/model.safetensors"])
    )
    assert command.main([str(out), *asked[1:]]) == 0
    assert contents(out) == first
    encoder = T5EncoderModel.from_pretrained(out / "stage-1" / "text_encoder")
    tokenizer = T5Tokenizer.from_pretrained(out / "stage-1" / "tokenizer")
    said = Words(tokenizer, encoder.eval())(["a hound", "a dog"])
    assert torch.equal(said[0], said[1])
    found = vocabulary.read(out)
    assert found is not None
    assert found.near["hound"] == "dog"


def test_a_runs_folder_stands_for_its_cascade(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "table.txt").write_text(TABLE.to_text())
    out = tmp_path / "out"
    assert command.main([str(folder.parent), "--out", str(out),
                         "--table", str(tmp_path / "table.txt")]) == 0  # fmt: skip
    assert (out / vocabulary.FILE).is_file()


def test_another_folder_is_refused_in_one_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BadInput):
        cascade.teach(tmp_path / "nowhere", tmp_path / "out", TABLE)
    with pytest.raises(BadInput, match="lies in"):
        cascade.teach(folder, folder / "out", TABLE)
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot write"):
        cascade.teach(folder, tmp_path / "file", TABLE)
    (folder / "stage-1" / "text_encoder" / "model.safetensors").write_bytes(b"none")
    assert command.main([str(folder), "--out", str(tmp_path / "out")]) == 2
    (folder / vocabulary.FILE).unlink()  # as DeepFloyd's own
    assert command.main([str(folder), "--out", str(tmp_path / "out")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2
    shutil.rmtree(folder / "stage-1")
