"""The model card: markdown, made of the figures and of what training.json says."""

from typing import Any

from engine.forge.evaluation import card_sections
from engine.forge.evaluation.accuracy import Figures
from engine.specs.evaluate import Evaluate


def text(found: Figures, trained: Figures, pages: list[str]) -> str:
    """The whole card; `pages` are the pictures that lie beside it."""
    name = found["model"].rstrip("/").rpartition("/")[2]
    parts = [
        [f"# {name}: what it draws, by an independent judge"],
        card_sections.summary(found),
        card_sections.guidances(found),
        card_sections.drawn(found, pages),
        card_sections.labels("Background colours", "colour", found["colours"]),
        card_sections.labels("Styles", "style", found["styles"]),
        card_sections.fineness(found),
        card_sections.failures(found, pages),
        card_sections.copying(found, pages),
        card_sections.training(trained),
        card_sections.making(found),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def command(spec: Evaluate) -> str:
    """The command line that asks for a spec: the fields that are not the default."""
    asked: list[str] = []
    for name, field in Evaluate.model_fields.items():
        value: Any = getattr(spec, name)
        if name != "folder" and value != field.default:
            asked += _flag(name, value)
    return " ".join(["diffuscope forge evaluate", spec.folder, *asked])


def _flag(name: str, value: Any) -> list[str]:
    flag = name.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{flag}" if value else f"--no-{flag}"]
    if isinstance(value, tuple):
        value = ",".join(f"{one:g}" for one in value)
    return [f"--{flag}", str(value)]
