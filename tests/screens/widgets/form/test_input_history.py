"""What was typed before: walked, kept, and never in the way."""

from screens.widgets.form.input_history import LIMIT, History


def test_back_and_forth_keeps_the_draft(tmp_path):
    history = History(tmp_path / "prompt.jsonl")
    history.add("one")
    history.add("two")
    assert history.back("thr") == "two"
    assert history.back("two") == "one"
    assert history.back("one") == "one"
    assert history.forth("one") == "two"
    assert history.forth("two") == "thr"
    assert history.forth("thr") == "thr"


def test_it_is_there_again_at_the_next_start(tmp_path):
    path = tmp_path / "deep" / "prompt.jsonl"
    History(path).add('an "oil" painting\nof a ракета 🚀')
    assert History(path).back("") == 'an "oil" painting\nof a ракета 🚀'


def test_said_again_moves_to_the_end(tmp_path):
    history = History(tmp_path / "h")
    for line in ("a", "b", "a", "  "):
        history.add(line)
    assert history.lines == ["b", "a"]


def test_there_is_a_limit(tmp_path):
    history = History(tmp_path / "h")
    history.lines = [str(n) for n in range(LIMIT)]
    history.add("new")
    assert len(history.lines) == LIMIT
    assert history.lines[-1] == "new"


def test_torn_and_foreign_lines_are_left_out(tmp_path):
    path = tmp_path / "h"
    path.write_bytes(b'"good"\n{"no": 1}\n"torn\n\xff\xfe\n"also good"\n')
    assert History(path).lines == ["good", "also good"]


def test_a_disk_that_cannot_be_written_is_no_reason_to_stop(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    history = History(blocked / "prompt.jsonl")
    history.add("kept for now")
    assert history.back("") == "kept for now"
