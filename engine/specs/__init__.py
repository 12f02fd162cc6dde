"""What can be asked: one pydantic model per activity. Torch-free."""

from engine.specs.anagram import Anagram
from engine.specs.base import Spec, bounds, choices, param, problems, ui_hints
from engine.specs.branched import Branched
from engine.specs.cascade import CascadeSpec, Pictured
from engine.specs.common_fields import Sampler
from engine.specs.compose import Compose
from engine.specs.denoise import Denoise
from engine.specs.digits import DigitEvaluate, DigitOod, DigitSample
from engine.specs.edit import Edit
from engine.specs.evaluate import Evaluate
from engine.specs.forge import Forge
from engine.specs.from_image import Noised
from engine.specs.generate import Generate
from engine.specs.hybrid import Hybrid
from engine.specs.illusion import Illusion
from engine.specs.inpaint import Inpaint
from engine.specs.service import Doctor, Open, Prepare, Prompts
from engine.specs.train import Train

KINDS: dict[str, type[Spec]] = {
    s.kind: s
    for s in (
        Generate,
        Denoise,
        Edit,
        Inpaint,
        Anagram,
        Hybrid,
        Compose,
        Train,
        DigitSample,
        DigitEvaluate,
        DigitOod,
        Forge,
        Evaluate,
        Open,
        Prepare,
        Prompts,
        Doctor,
    )
}

__all__ = [
    "KINDS",
    "Anagram",
    "Branched",
    "CascadeSpec",
    "Compose",
    "Denoise",
    "DigitEvaluate",
    "DigitOod",
    "DigitSample",
    "Doctor",
    "Edit",
    "Evaluate",
    "Forge",
    "Generate",
    "Hybrid",
    "Illusion",
    "Inpaint",
    "Noised",
    "Open",
    "Pictured",
    "Prepare",
    "Prompts",
    "Sampler",
    "Spec",
    "Train",
    "bounds",
    "choices",
    "param",
    "problems",
    "ui_hints",
]
