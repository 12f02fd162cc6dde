"""What was found on this machine: device, memory, model, caches; and what to do about each."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import torch

from engine import runs
from engine.checkpoints import Cascade, open_cascade
from engine.checkpoints.devices import LoadOptions, pick_devices, unet_dtype
from engine.checkpoints.memory import measure
from engine.checkpoints.memory.plan import GB, Place, Plan
from engine.checkpoints.opening import read_folders
from engine.checkpoints.resolve import to_fetch
from engine.errors import BadInput, Unavailable
from engine.events import Report
from engine.job import Job
from engine.prompt_cache import cache_folder
from engine.sampling.model_cache import loaded_as
from engine.specs import Doctor

Finding = tuple[str, bool, str, str]


def run(job: Job, spec: Doctor) -> None:
    """Serve a Doctor spec: one Report a finding."""
    looks: tuple[Callable[[Doctor], Finding], ...] = (_host, _load)
    for finding in (*_devices(spec), *(look(spec) for look in looks)):
        job.say(Report, *finding)
    loaded = loaded_as(job, spec.model, spec.device)
    job.say(Report, *_model(spec, loaded))
    plan = loaded.plan if loaded else None
    for finding in (*_planned(spec, plan), *_folders()):
        job.say(Report, *finding)


def _devices(spec: Doctor) -> list[Finding]:
    try:
        return [_device(device) for device in pick_devices(spec.device)]
    except (BadInput, Unavailable) as error:
        return [("device", False, str(error), "--device auto")]


def _device(device: torch.device) -> Finding:
    if device.type != "cuda":
        line = f"{device}, {torch.get_num_threads()} threads, no CUDA device; torch {_torch()}"
        return "device", True, line, ""
    free, total = torch.cuda.mem_get_info(device)
    name = torch.cuda.get_device_name(device)
    dtype = str(unet_dtype(device)).removeprefix("torch.")
    return "device", True, f"{device} {name}, {free / GB:.1f} of {total / GB:.1f} GB, {dtype}", ""


def _torch() -> str:
    return str(torch.__version__)


def _host(_: Doctor) -> Finding:
    memory = psutil.virtual_memory()
    line = f"{memory.available / GB:.1f} of {memory.total / GB:.1f} GB free, {os.cpu_count()} cores"
    enough = memory.available > 2 * GB
    return "memory", enough, line, "" if enough else "close other programs: 2 GB are wanted"


def _load(_: Doctor) -> Finding:
    busy, cores = os.getloadavg()[0], os.cpu_count() or 1
    free = busy < cores / 2 or torch.cuda.is_available()
    advice = "" if free else "OMP_NUM_THREADS=1 diffuscope: one thread does not wait for others"
    return "load", free, f"{busy:.1f} of {cores} cores were busy in the last minute", advice


def _model(spec: Doctor, cascade: Cascade | None) -> Finding:
    """The one that is loaded, so that it is not loaded beside itself; otherwise it is opened."""
    try:
        ways = _ways(spec)
        half = ways.dtype(pick_devices(spec.device)[0]) != torch.float32
        if more := to_fetch(spec.model, "auto", half):
            line = f"{spec.model}: {more / 1e9:.1f} GB of it are on the hub, and you may fetch them"
            return "model", False, line, f"diffuscope --model {spec.model} fetches and opens it"
        cascade = cascade or open_cascade(spec.model, "auto", spec.device, ways=ways)
    except (BadInput, Unavailable) as error:
        return "model", False, str(error), "diffuscope --model tiny-if opens the bundled cascade"
    parts = [p for p in (cascade.stage1, cascade.stage2) if p is not None]
    sizes = " → ".join(f"{p.sample_size} px" for p in parts)
    millions = sum(x.numel() for p in parts for x in p.unet.parameters()) / 1e6
    return "model", True, f"{spec.model}: {sizes}, {millions:.1f} M parameters in the UNets", ""


def _folders() -> Iterator[Finding]:
    for topic, folder in (("runs", runs.root()), ("prompts", cache_folder())):
        there = _nearest(folder)
        fine = os.access(there, os.W_OK)
        room = psutil.disk_usage(str(there)).free / GB
        advice = "" if fine else f"export DIFFUSCOPE_{_ENV[topic]}=/a/folder/you/can/write"
        yield topic, fine, f"{folder}, {room:.1f} GB free", advice


_ENV = {"runs": "RUNS", "prompts": "CACHE"}


def _nearest(folder: Path) -> Path:
    return next(p for p in (folder, *folder.absolute().parents) if p.exists())


def _planned(spec: Doctor, loaded: Plan | None = None) -> Iterator[Finding]:
    """One for the plan, then one for each part; nothing is loaded, and nothing fetched.

    A plan by which the cascade is loaded is told as it is.
    """
    try:
        chosen = loaded if loaded and loaded.peaks.keys() != {"cpu"} else _new_plan(spec)
    except BadInput:  # said already where the model is looked at
        return
    except Unavailable as error:
        yield "plan", False, str(error), ""
        return
    if chosen is None:
        yield "plan", True, f"known once {spec.model} is here, before it is loaded", ""
        return
    short = "not enough" in chosen.why
    advice = "a smaller --plan, or --text-encoder cached" if short else ""
    yield "plan", not short, f"{chosen.name}: {chosen.why}", advice
    for place in chosen.places:
        yield "plan", True, _place(place), ""


def _ways(spec: Doctor) -> LoadOptions:
    """How the request wants its cascade on the machine."""
    return LoadOptions(spec.plan, spec.text_encoder, spec.precision)


def _new_plan(spec: Doctor) -> Plan | None:
    options, places = _ways(spec), pick_devices(spec.device)
    half = options.dtype(places[0]) != torch.float32
    if to_fetch(spec.model, "auto", half):
        return None
    return measure.plan(
        read_folders(spec.model, "auto", half, lambda _: None, options), places, options
    )


def _place(place: Place) -> str:
    part = place.part
    size = f"{_short(part.parameters, 1e9, 'B')} parameters, {_short(part.bytes, GB, 'GB')}"
    room = f"{_short(part.working, GB, 'GB')} more to run"
    return f"{part.name}: {size}, {room}; {place.where} {place.when}"


def _short(number: int, large: float, unit: str) -> str:
    """In thousandths of the unit where it is small: 4.30 B, 371.6 M, 8.0 GB, 166.5 MB."""
    if number >= large:
        return f"{number / large:.2f} {unit}"
    return f"{number * 1000 / large:.1f} {'M' if unit == 'B' else 'MB'}"
