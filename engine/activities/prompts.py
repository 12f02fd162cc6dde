"""Take embeddings of prompts from a file."""

from pathlib import Path

from engine.checkpoints.text.import_embeddings import bring
from engine.events import Report
from engine.job import Job
from engine.specs import Prompts


def run(job: Job, spec: Prompts) -> None:
    """Serve a Prompts spec: one Report a prompt."""
    for prompt in bring(Path(spec.file).expanduser()):
        job.say(Report, "prompt", True, prompt, "")
