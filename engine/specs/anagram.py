"""Visual anagrams: one picture that is something else when it is turned."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, ValidationInfo, field_validator

from engine.specs import common_fields
from engine.specs.base import param
from engine.specs.illusion import Illusion, Reduction
from engine.specs.terms import Term, known_view, view_names

FOR_MORE = ("identity", "rotate-90", "rotate-180", "rotate-270")
"""Views that go together where there are more than two."""


def _known(views: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(known_view(name.strip()) for name in views)


Views = Annotated[tuple[str, ...], common_fields.SPLIT, AfterValidator(_known)]


class Anagram(Illusion):
    """Two to four prompts, each seen through a view of its own (Geng et al. 2024, 2311.17919)."""

    kind: ClassVar[str] = "anagram"
    command: ClassVar[str] = "anagram"
    summary: ClassVar[str] = "one picture that is something else when turned"
    positional: ClassVar[tuple[str, ...]] = ("first", "second", "third", "fourth")
    position: ClassVar[int] = 50
    form_first: ClassVar[tuple[str, ...]] = (*positional, "view", "reduction")

    first: str = param(..., "what the picture is", max_length=2000, long=True, label="prompt")
    second: str = param("", "what it is when it is turned", max_length=2000, long=True, label="and")
    third: str = param("", "a third prompt", max_length=2000, long=True, label="and")
    fourth: str = param("", "a fourth prompt", max_length=2000, long=True, label="and")
    view: Views = param(
        ("identity", "flip"),
        "one for each prompt: names with commas, or files .png .py",
        choices=view_names,
    )
    reduction: Reduction = param(
        "mean", "mean of all prompts at every step, or one prompt after the other"
    )

    @field_validator("view")
    @classmethod
    def _one_each(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        count = len(_said(info.data))
        if count > 1 and len(value) != count:
            raise ValueError(
                f"{count} prompts need {count} views, such as {','.join(_such_as(count))}; these"
                f" are {len(value)}"
            )
        return value

    @field_validator("first", "second")
    @classmethod
    def _two(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("an anagram is two things or more: write a prompt for each")
        return value

    def terms(self) -> tuple[Term, ...]:
        prompts = _said(self.__dict__)
        pairs = zip(prompts, self.view, strict=True)
        return tuple(Term(prompt=prompt, view=view) for prompt, view in pairs)

    @property
    def reduced(self) -> Reduction:
        return self.reduction


def _said(values: dict[str, str]) -> list[str]:
    named = (values.get(name, "") for name in Anagram.form_first[:4])
    return [prompt for prompt in named if prompt.strip()]


def _such_as(count: int) -> tuple[str, ...]:
    return ("identity", "flip") if count == 2 else FOR_MORE[:count]
