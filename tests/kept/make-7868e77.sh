#!/usr/bin/env bash
# How 7868e77.tar.xz was made: with the program at 7868e77, on a machine without a network, where the
# 10,000 digits that came along stood in for MNIST.
#
#   git clone . /tmp/old && git -C /tmp/old checkout 7868e77
#   OLD=/tmp/old PYTHON=.venv/bin/python tests/kept/make-7868e77.sh /tmp/kept
set -euo pipefail
here=$(mkdir -p "$1" && cd "$1" && pwd)
archive=$(cd "$(dirname "$0")" && pwd)/7868e77.tar.xz
cd "$here"
export PYTHONPATH=$OLD OMP_NUM_THREADS=1 HF_HUB_OFFLINE=1 DIFFUSCOPE_RUNS=$here/stood-in
export DIFFUSCOPE_CACHE=$here/cache XDG_CONFIG_HOME=$here/xdg XDG_STATE_HOME=$here/xdg XDG_DATA_HOME=$here/xdg

small="--data mnist --limit 64 --hidden 4 --batch 16 --epochs 30 --threads 1 --precision fp32"
draws="--sample-steps 3 --look-steps 3 --timesteps 20 --sample-every 30 --checkpoint-every 2"
train="-m tui.cli train class $small $draws --quiet"
"$PYTHON" $train --out stood-in/whole
"$PYTHON" $train --out stood-in/stopped &
until grep -qs '"Saved"' stood-in/stopped/class/events.jsonl; do sleep 0.02; done
kill -TERM $!
wait $! || true
grep -q "since MNIST cannot be had" stood-in/stopped/class/data.json
"$PYTHON" - <<'PY'
"""The machine on which the bits came about."""
import json, platform, re
from pathlib import Path

import torch

told = {"torch": torch.__version__, "machine": platform.machine()}
told["kernels"] = torch.backends.cpu.get_cpu_capability()
told["cpu"] = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())[1].strip()
Path("stood-in/machine.json").write_text(json.dumps(told))
PY
tar --create stood-in | xz -9e >"$archive"
