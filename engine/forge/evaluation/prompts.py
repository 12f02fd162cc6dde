"""What a cascade is asked to draw, and what the judge should then see."""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.errors import BadInput
from engine.forge.captions import STYLES, ground
from engine.forge.judge.renderings import HEADS, Names

PROMPTS = (
    "a rocket ship",
    "a man wearing a hat",
    "a snowy mountain",
    "an oil painting of a snowy mountain village",
    "an oil painting of an old man",
    "an oil painting of people around a campfire",
    "a mountain",
    "a dragon",
    "a photo of a beach",
    "an explosion",
    "a lithograph of a waterfall",
    "a lithograph of a skull",
    "an astronaut",
    "a fish bowl",
    "a city in the rain",
    "a city at night",
    "an eye",
    "a photo of a dog",
    "a watercolor of a cat",
    "a pencil sketch of a truck",
    "a photo of a hipster barista",
    "a bearded man with coffee",
    "a rocket on a blue background",
    "a skull on a black background",
    "an apple on a white background",
    "an oil painting of a frog on a purple background",
    "a high quality photo",
    "",
)
"""What the courses and papers around this program ask for, and two prompts that leave it open."""


@dataclass(frozen=True)
class Questions:
    """Prompts, and for each the index (N,) of the label that `head` should give."""

    head: str
    prompts: list[str]
    wanted: Tensor


def of_concepts(names: Names, each: int) -> Questions:
    """Every concept by its name, and all of them `each` times."""
    concepts = list(names[HEADS.index("concept")])
    return Questions("concept", concepts * each, torch.arange(len(concepts)).repeat(each))


def of_colours(names: Names, each: int) -> Questions:
    """Every colour as the background of `each` concepts."""
    colours = names[HEADS.index("colour")]
    return _asked("colour", [f"{{}}{ground(colour)}" for colour in colours], names, each)


def of_styles(names: Names, each: int) -> Questions:
    """Every style of `each` concepts, by its first template."""
    styles = names[HEADS.index("style")]
    return _asked("style", [STYLES[style][0] for style in styles], names, each)


def check_styles(names: Names) -> None:
    """BadInput where a style cannot be asked for."""
    for style in names[HEADS.index("style")]:
        if style not in STYLES:
            known = ", ".join(STYLES)
            raise BadInput(f"no prompt asks for the style {style!r}; known styles: {known}")


def _asked(head: str, templates: list[str], names: Names, each: int) -> Questions:
    prompts = [
        template.format(concept)
        for turn, template in enumerate(templates)
        for concept in spread(names[0], each, turn)
    ]
    return Questions(head, prompts, torch.arange(len(templates)).repeat_interleave(each))


def spread(names: tuple[str, ...], count: int, turn: int) -> list[str]:
    """`count` of the names, evenly spaced, others at every turn; all again where too few."""
    return [names[(index * len(names) // count + turn) % len(names)] for index in range(count)]
