#!/usr/bin/env bash
# How the files of this folder were made: with the program at aa249bb, never with a newer one.
#
#   git clone . /tmp/old && git -C /tmp/old checkout aa249bb
#   OLD=/tmp/old PYTHON=.venv/bin/python tests/kept/make.sh /tmp/kept
#
# It runs in the folder that is named, since run folders keep the names that were typed.
set -euo pipefail
here=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$here"
export PYTHONPATH=$OLD OMP_NUM_THREADS=1 HF_HUB_OFFLINE=1 DIFFUSCOPE_RUNS=$here/runs
export DIFFUSCOPE_CACHE=$here/cache XDG_CONFIG_HOME=$here/xdg XDG_STATE_HOME=$here/xdg XDG_DATA_HOME=$here/xdg
diffuscope() { "$PYTHON" -m tui.cli "$@" --quiet; }

"$PYTHON" - <<'PY'
from pathlib import Path
from PIL import Image, ImageDraw
from tests.models import tiny_cascade_folder

tiny_cascade_folder("model")
mask = Image.new("L", (48, 48))
ImageDraw.Draw(mask).ellipse((12, 12, 36, 36), fill=255)
mask.save("mask.png")
Path("data").mkdir(exist_ok=True)
for index, colour in enumerate(((200, 30, 30), (30, 160, 40), (40, 60, 220))):
    Image.new("RGB", (16, 16), colour).save(f"data/{index}.png")
    Path(f"data/{index}.txt").write_text(f"a square of colour {index}")
PY

few="--model model --steps 4"
both="$few --stage2-steps 2"
diffuscope generate "a rocket" $both --count 2 --run runs/generate --out picture.png
diffuscope generate "a cat" $few --no-stage2 --start-from generate:2 --start-sample 1 --run runs/branch
diffuscope generate "a cat" $few --no-stage2 --guidances 0,3 --sampler course --run runs/guidances
diffuscope denoise tower $few --t 500 --run runs/denoise
diffuscope edit truck $both --stage2 auto --levels 1,2 --prompt "a cat" --run runs/edit
diffuscope inpaint cat mask.png $both --method repaint --jump 1 --resample 2 --run runs/inpaint
diffuscope anagram "a rocket" "a cat" $both --view identity,jigsaw --run runs/anagram
diffuscope hybrid "a rocket" "a cat" $few --no-stage2 --kernel 5 --run runs/hybrid
diffuscope compose --term "a cat|flip|low" --term "a rocket||high|0.5" $few --no-stage2 --run runs/compose
stopped() { # NAME WORD COMMAND...: end the command by SIGTERM once WORD is among its run's events
    "$PYTHON" -m tui.cli "${@:3}" --quiet &
    until grep -qs "\"$2\"" runs/$1/events.jsonl runs/$1/*/events.jsonl; do sleep 0.02; done
    kill -TERM $!
    wait $! || true
}
stopped cancelled Frame generate "a rocket" --model model --no-stage2 --steps 200 --run runs/cancelled
mkdir runs/killed
"$PYTHON" - <<'PY'
"""A run whose process was killed while it wrote: the beginning of its events, the last line torn."""
from pathlib import Path
from shutil import copy, copytree

whole, torn = Path("runs/hybrid"), Path("runs/killed")
copy(whole / "spec.json", torn)
copytree(whole / "frames", torn / "frames")
lines = (whole / "events.jsonl").read_text().splitlines(keepends=True)
frames = [index for index, line in enumerate(lines) if '"Frame"' in line]
(torn / "events.jsonl").write_text("".join(lines[: frames[2]]) + lines[frames[2]][:100])
PY

small="--data bundled --limit 64 --hidden 4 --batch 16 --epochs 2 --threads 1 --precision fp32"
draws="--sample-steps 3 --look-steps 3 --timesteps 20"
diffuscope train denoiser $small --out runs/denoiser
diffuscope train time --objective flow $small $draws --out runs/time
diffuscope train class $small $draws --out runs/class
long="$draws --epochs 30 --sample-every 30 --checkpoint-every 2"
diffuscope train class $small $long --out runs/whole
stopped stopped Saved train class $small $long --out runs/stopped
diffuscope digits class sample --digits 3,7 --count 1 --run runs/digits
diffuscope digits class evaluate --guidances 3 --count 1
diffuscope digits denoiser ood --sigmas 0,1 --count 2
diffuscope forge data --small 8 --large 16 --crop 8 --widths 32,32 --stage2-widths 16,32 \
    --text-steps 2 --steps 2 --stage2-steps 2 --text-batch 4 --batch 2 --stage2-batch 2 \
    --sample-every 2 --out runs/forge

"$PYTHON" - <<'PY'
"""What the app keeps of what was typed, and the machine on which the bits came about."""
import asyncio, json, platform, re
from pathlib import Path

import torch
from tests.tui.fake_worker import FakeWorker
from tui.memory import Memory
from tui.program import Diffuscope


async def typed() -> None:
    app = Diffuscope(model="model", memory=Memory(Path("state.json")), make_worker=FakeWorker)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        generate = app.screen
        generate.ask.form.set_values({"prompt": "a snail", "steps": 7, "seed": 31, "negative": "red"})
        await pilot.press("enter")
        await pilot.pause()
        for key in ("c", "right_square_bracket", "left_square_bracket"):
            await pilot.press(key)
        for place, values in (("3", {"prompt": "a boat"}), ("4", {"method": "if"})):
            await pilot.press("ctrl+o", place)
            await pilot.pause()
            app.screen.ask.form.set_values(values)
            await pilot.press("ctrl+g")
            await pilot.pause()
        await app.action_quit()


asyncio.run(typed())
told = {"torch": torch.__version__, "machine": platform.machine()}
told["kernels"] = torch.backends.cpu.get_cpu_capability()
told["cpu"] = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())[1].strip()
Path("machine.json").write_text(json.dumps(told))
PY

# The forge's checkpoints and its cascade are 37 MB: its events and sample grids are kept.
rm -rf runs/forge/cascade runs/forge/text/text_encoder runs/forge/text/tokenizer runs/forge/*/checkpoints

mkdir shown
diffuscope runs list --json >shown/runs.json
for run in runs/*; do diffuscope runs show "${run#runs/}" --json >"shown/${run#runs/}.json"; done
diffuscope prompts list --json >shown/prompts.json

kept="cache data machine.json mask.png model picture-00.png picture-01.png runs shown state.json xdg"
tar --create $kept | xz -9e >aa249bb.tar.xz
