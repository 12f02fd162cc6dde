"""The cascade that the engine thread keeps loaded between requests."""

from engine.checkpoints import Cascade, open_cascade
from engine.errors import Stopped
from engine.events import Ready
from engine.worker import Job


def cascade_for(job: Job, model: str, stage2: str, device: str) -> Cascade:
    """The cascade in memory when it is the one asked for; otherwise it is loaded in its place."""
    key, memory = (model, stage2, device), job.memory
    memory["job"] = job  # the cascade outlives this job, and must speak to the one it serves then
    if memory.get("key") != key:
        memory.pop("key", None)  # should the new one not open, the old one is gone too
        memory.pop("cascade", None)
        memory["cascade"] = open_cascade(*key, lambda text: _say(memory["job"], text))
        memory["key"] = key
    cascade: Cascade = job.memory["cascade"]
    parts = [p for p in (cascade.stage1, cascade.stage2) if p is not None]
    sizes = tuple(p.sample_size for p in parts)
    dtype = str(parts[0].dtype).removeprefix("torch.")
    job.say(Ready, model, str(cascade.device), dtype, cascade.fingerprint, sizes)
    return cascade


def _say(job: Job, text: str) -> None:
    if job.control.cancelled:
        raise Stopped
    job.status(text)
