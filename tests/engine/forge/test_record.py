"""training.json says what the parts' events say, and keeps a person's notes."""

import json
from pathlib import Path

from engine.forge import record
from engine.forge.run import ForgeRun
from engine.specs.forge import Forge


def progress(step: int, seconds: float, loss: float) -> dict[str, object]:
    return {"event": "progress", "step": step, "steps": 90, "seconds": seconds,
            "metrics": {"loss": loss}}  # fmt: skip


def test_sessions_add_up_and_the_last_attempt_at_a_step_counts(tmp_path: Path) -> None:
    run = ForgeRun(tmp_path)
    begin = {"event": "begin", "step": 0}
    lines = [begin, progress(20, 5.0, 0.9), progress(40, 9.0, 0.7), begin, progress(40, 4.0, 0.6)]
    run.events("stage1").parent.mkdir()
    text = "\n".join(map(json.dumps, lines))
    run.events("stage1").write_text(text.replace("\n", '\n{"event": "prog\n', 1))
    run.cascade.mkdir()
    (run.cascade / "training.json").write_text('{"notes": ["It was a quiet week."]}')
    record.write(Forge(folder="data", batch=3), run)
    said = json.loads((run.cascade / "training.json").read_text())
    part = said["parts"]["stage1"]
    assert (part["seconds"], part["pictures"]) == (13, 120)
    assert part["curve"] == [[20, 0.9], [40, 0.6]]
    assert said["notes"] == ["It was a quiet week."]


def test_a_long_curve_is_thinned_to_its_end(tmp_path: Path) -> None:
    run = ForgeRun(tmp_path)
    run.events("stage2").parent.mkdir()
    lines = [json.dumps(progress(step, step, 1 / step)) for step in range(1, 1001)]
    run.events("stage2").write_text("\n".join(lines))
    record.write(Forge(folder="data"), run)
    said = json.loads((run.cascade / "training.json").read_text())
    curve = said["parts"]["stage2"]["curve"]
    assert len(curve) == record.CURVE
    assert curve[-1] == [1000, 0.001]
