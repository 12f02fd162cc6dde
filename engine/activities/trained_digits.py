"""The digit model that a request names, opened, and told of."""

from engine.digits.networks import SIDE
from engine.digits.trained import Trained
from engine.events import Notice, Ready
from engine.specs.digits import DigitSpec
from engine.worker import Job


def opened(job: Job, spec: DigitSpec) -> Trained:
    """The model of the spec's training: a notice for each checkpoint that could not be read."""
    model = Trained.open(spec.training, spec.epoch, spec.at_step, spec.device)
    for notice in model.notices:
        job.say(Notice, f"{notice}; the one before is taken")
    job.say(Ready, model.title, str(model.device), "float32", model.fingerprint, (SIDE,))
    return model
