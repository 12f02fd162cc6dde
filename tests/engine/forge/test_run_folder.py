"""training.json says what the parts' events say, and keeps a person's notes."""

import json
from pathlib import Path

from engine.forge import run_folder
from engine.forge.run_folder import ForgeRun
from engine.specs.forge import Forge
from tests.support.fake_runs.training import begun, progress, write


def test_sessions_add_up_and_the_last_attempt_at_a_step_counts(tmp_path: Path) -> None:
    run, part = ForgeRun(tmp_path), "stage1"
    first = [progress(20, part, 90, 0.9, seconds=5.0), progress(40, part, 90, 0.7, seconds=9.0)]
    write(tmp_path, part, begun(0, part, 90), *first)
    write(tmp_path, part, begun(25, part, 90), progress(40, part, 90, 0.6, seconds=4.0))
    run.cascade.mkdir()
    (tmp_path / part / "config.json").write_text('{"block_out_channels": [8, 96]}')
    (run.cascade / "training.json").write_text('{"notes": ["It was a quiet week."]}')
    run_folder.write_provenance(Forge(folder="data", batch=3), run)
    said = json.loads((run.cascade / "training.json").read_text())
    found = said["parts"]["stage1"]
    assert said["parts"].keys() == {"stage1"}
    assert (found["seconds"], found["pictures"], found["of"]) == (13, 120, 90)
    assert found["widths"] == [8, 96]
    assert found["curve"] == [[20, 0.9], [40, 0.6]]
    assert said["notes"] == ["It was a quiet week."]


def test_a_long_curve_is_thinned_to_its_end(tmp_path: Path) -> None:
    run, part = ForgeRun(tmp_path), "stage2"
    steps = range(1, 1001)
    write(tmp_path, part, begun(0, part, 1000), *(progress(s, part, 1000, 1 / s) for s in steps))
    run_folder.write_provenance(Forge(folder="data"), run)
    said = json.loads((run.cascade / "training.json").read_text())
    curve = said["parts"]["stage2"]["curve"]
    assert len(curve) == run_folder.CURVE
    assert curve[-1] == [1000, 0.001]
