"""The cascade that the engine thread keeps loaded between requests, and what to do without room."""

import gc
import traceback
from dataclasses import fields
from typing import Any

import torch
from torch import Tensor

from engine import vocabulary
from engine.checkpoints import Cascade, open_cascade
from engine.checkpoints.devices import LoadOptions
from engine.checkpoints.hub.fetch import Portion
from engine.errors import OutOfMemory, Stopped
from engine.events import Fetching, Notice, Ready, RetrySuggested
from engine.job import Job

Key = tuple[str, str, str, LoadOptions]
"""What the cascade in memory was opened with: model, stage II, device, and how."""


def cascade_for(job: Job, model: str, stage2: str, device: str) -> Cascade:
    """The cascade in memory when it is the one asked for; otherwise it is loaded in its place.

    Where no stage II is asked for, one that is loaded stays for the request that needs it again.
    """
    key, memory = (model, stage2, device, ways(job.spec)), job.memory
    memory["job"] = job  # the cascade outlives this job, and must speak to the one it serves then
    if not _serves(memory.get("key"), key):
        memory.pop("key", None)  # should the new one not open, the old one is gone too
        if memory.pop("cascade", None) is not None:
            gc.collect()  # the hooks of a plan and their modules hold each other
        report = lambda text: _say(memory["job"], text)  # noqa: E731
        memory["cascade"] = open_cascade(*key[:3], report, key[3])
        memory["key"] = key
    cascade: Cascade = job.memory["cascade"]
    if stage2 == "none":
        cascade = cascade.without_stage2()
    parts = [p for p in (cascade.stage1, cascade.stage2) if p is not None]
    sizes = tuple(p.sample_size for p in parts)
    dtype = str(parts[0].dtype).removeprefix("torch.")
    known = str(cascade.folder) if vocabulary.read(cascade.folder) else ""
    job.say(Ready, model, str(cascade.device), dtype, cascade.fingerprint, sizes, known)
    return cascade


def loaded_as(job: Job, model: str, device: str) -> Cascade | None:
    """The cascade in memory, where it is this one on this device."""
    key: Key | None = job.memory.get("key")
    if key is None or (key[0], key[2]) != (model, device):
        return None
    cascade: Cascade = job.memory["cascade"]
    return cascade


def ways(spec: Any) -> LoadOptions:
    """How a request wants its cascade on the machine."""
    return LoadOptions(**{field.name: getattr(spec, field.name) for field in fields(LoadOptions)})


def _serves(loaded: Key | None, wanted: Key) -> bool:
    if loaded is None:
        return False
    stage1_alone = wanted[1] == "none"
    return loaded == wanted or (
        stage1_alone and (loaded[0], *loaded[2:]) == (wanted[0], *wanted[2:])
    )


def embed(cascade: Cascade, prompt: str, negative: str) -> tuple[Tensor, Tensor]:
    """Embeddings (1, L, D) of the prompt and of what to keep away from."""
    both = cascade.embed([prompt, negative])
    return both[:1], both[1:]


def say_unknown(job: Job, cascade: Cascade, model: str, *prompts: str) -> None:
    """Notice the words of prompts that the cascade's own vocabulary lacks, where it has one."""
    known = vocabulary.read(cascade.folder)
    if known and (line := known.notice(" ".join(prompts), model)):
        job.say(Notice, line)


def _say(job: Job, progress: str | Portion) -> None:
    if job.control.cancelled:
        raise Stopped
    if isinstance(progress, Portion):
        job.say(Fetching, progress.text, progress.done, progress.total)
    else:
        job.status(progress)


def recover_from_oom(job: Job, error: OutOfMemory) -> str:
    """Free what the run held; say what may work instead, as an event and in one line.

    The cascade stays for the next request, which may ask for less.
    """
    clear_traceback_tensors(error)
    cascade: Cascade | None = job.memory.get("cascade")
    if not error.plan and cascade is not None and cascade.plan is not None:
        error.plan = cascade.plan.smaller or ""
    if error.plan and "plan" in type(job.spec).model_fields:
        text = f"not enough memory on the accelerator for {error.doing}"
        job.say(RetrySuggested, text, (("plan", error.plan),))
    return str(error)


def clear_traceback_tensors(error: BaseException) -> None:
    """Drop what the frames of an error hold: the tensors of the call that failed."""
    cause: BaseException | None = error
    while cause is not None:
        traceback.clear_frames(cause.__traceback__)
        cause = cause.__cause__ or cause.__context__
    error.__cause__ = error.__context__ = None
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
