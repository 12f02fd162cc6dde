"""The spec inside a PNG: JSON for us, and the text form that other image tools read."""

import json
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from engine.errors import BadInput
from engine.specs import KINDS, Illusion, Spec

KEY, TEXT_KEY = "diffuscope", "parameters"
FORM = "form"
"""Says of a PNG that is no result what it is: a contact sheet."""
SHOWS = "shows"
"""Says of a PNG that is no sample's result what it is: the original, a blur at t = 500."""
MAX_TEXT = 1 << 20
RANKING = "ranking"
"""Says of a sample's result how the judge ranked it: ``rank`` (1: the best) of ``of``, ``score``,
and the ``probabilities`` of each reading."""
_NOT_FIELDS = ("kind", "model_fingerprint", "versions", "sample", FORM, SHOWS, RANKING)


def document(
    spec: Spec, fingerprint: str = "", versions: dict[str, str] | None = None
) -> dict[str, Any]:
    """``spec.json``: the spec's own fields with its kind, the model's fingerprint and versions."""
    return {
        "kind": spec.kind,
        **spec.model_dump(mode="json"),
        "model_fingerprint": fingerprint,
        "versions": versions or {},
    }


def spec_of(record: dict[str, Any]) -> Spec:
    """The spec of a document; :class:`BadInput` when it is none of ours."""
    kind = KINDS.get(str(record.get("kind")))
    if kind is None:
        raise BadInput(f"not a spec of this program: kind {record.get('kind')!r} is unknown")
    return kind.parse({k: v for k, v in record.items() if k not in _NOT_FIELDS})


def png_info(record: dict[str, Any], size: tuple[int, int]) -> PngInfo:
    """The two text chunks of a result."""
    info = PngInfo()
    info.add_text(KEY, json.dumps(record, ensure_ascii=True))
    info.add_text(TEXT_KEY, parameters(record, size).encode("ascii", "backslashreplace").decode())
    return info


def parameters(record: dict[str, Any], size: tuple[int, int]) -> str:
    """The text form that A1111 began and other tools read."""
    lines = [_prompt(record)]
    if record.get("negative"):
        lines.append(f"Negative prompt: {record['negative']}")
    named = (("Steps", "steps"), ("Sampler", "sampler"), ("CFG scale", "guidance"))
    parts = [f"{label}: {record[key]}" for label, key in named if record.get(key) is not None]
    parts.append(f"Seed: {record.get('seed', 0) + record.get('sample', 0)}")
    if ranking := record.get(RANKING):
        parts.append(f"Rank: {ranking['rank']} of {ranking['of']}, Score: {ranking['score']:.4f}")
    parts.append(f"Size: {size[0]}x{size[1]}")
    if record.get("model_fingerprint"):
        parts.append(f"Model hash: {record['model_fingerprint'][:10]}")
    parts.append(f"Model: {record.get('model', '')}")
    parts.append(f"Version: diffuscope {record.get('versions', {}).get('diffuscope', '')}".strip())
    return "\n".join([*lines, ", ".join(parts)])


def _prompt(record: dict[str, Any]) -> str:
    """The prompt, or all of them where there are several."""
    if (kind := KINDS.get(str(record.get("kind")))) and issubclass(kind, Illusion):
        return spec_of(record).title()
    return str(record.get("prompt", ""))


def read_png(path: Path) -> dict[str, Any]:
    """The document inside a PNG written by this program; :class:`BadInput` when there is none."""
    try:
        with Image.open(path) as image:
            text = image.info.get(KEY)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError):
        raise BadInput(f"{path} is not a readable PNG") from None
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise BadInput(f"{path} holds no spec: only a PNG written by diffuscope can be replayed")
    return parse(text, path)


def parse(text: str, path: Path) -> dict[str, Any]:
    """JSON to a document; :class:`BadInput` names the file when it is torn or not an object."""
    try:
        record = json.loads(text)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise BadInput(f"{path} holds no readable spec")
    return record
