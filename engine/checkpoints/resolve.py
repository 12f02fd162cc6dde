"""From what a person typed after --model and --stage2 to the folders of both stages."""

import re
from collections.abc import Iterable
from pathlib import Path

from engine.checkpoints.hub import fetch as hub
from engine.checkpoints.hub.fetch import EmitAll, is_hub_id
from engine.checkpoints.hub.repository import SILENT, Role, Wanted
from engine.errors import BadInput

BUNDLED = Path(__file__).resolve().parents[2] / "assets" / "tiny-if"
_BUNDLED_NAMES = ("tiny-if", "bundled")
_AUTO = (None, "auto")

Place = Path | Wanted
"""A folder, or what is to be fetched from the hub."""
_STAGE_1 = re.compile(r"IF-I-(?P<size>XL|L|M)-(?P<version>v[\d.]+)")
_SIZES = {"XL": "L", "L": "L", "M": "M"}
_IN_CACHE = re.compile(r"models--(?P<owner>.+?)--(?P<name>.+)")
OWNER = "DeepFloyd"


def find_folders(
    model: str,
    stage2: str | None,
    half: bool,
    emit: EmitAll,
    text: bool = True,
    ahead: hub.Ahead | None = None,
) -> tuple[Path, Path | None]:
    """The folders of stage I and of stage II (None: there is none, or it is not wanted).

    model: "tiny-if", a cascade folder (stage-1/, stage-2/), a stage I folder, or a hub id.
    stage2: "auto" or None (the one in the cascade folder, or the one that DeepFloyd made for a
    stage I of theirs), "none", a folder, or a hub id. Without `text` the text encoder is not
    fetched. `ahead` is told of the stages' configs before weights are. Raises BadInput or
    Unavailable.
    """
    folders = _fetched(_places(model, stage2, emit, text), half, emit, ahead)
    return folders[0], _stage2_of(folders[1]) if len(folders) > 1 else None


def to_fetch(model: str, stage2: str | None, half: bool) -> int:
    """Bytes of a model that are still on the hub; 0 for a folder. Raises as find_folders."""
    places = _places(model, stage2, lambda _text: None, text=True)
    return hub.missing([place for place in places if isinstance(place, Wanted)], half)


def _places(model: str, stage2: str | None, emit: EmitAll, text: bool) -> list[Place]:
    """Stage I, and stage II where there is one."""
    root = _place(model, "stage I" if text else SILENT)
    if isinstance(root, Path) and (root / "stage-1").is_dir():
        first: Place = root / "stage-1"
    else:
        first = root
    second = _stage2(model, root, stage2, emit)
    return [first] if second is None else [first, second]


def cascade_folder(first: Path) -> Path:
    """The folder of the whole cascade, from that of its stage I."""
    return first.parent if first.name == "stage-1" else first


def other_checker(root: Path, half: bool, emit: EmitAll) -> Path | None:
    """Where the safety checker lies for a stage I whose own cannot be read; None if nowhere.

    It is stage II's, from the folder beside it or, for a snapshot in the hub's cache, the hub.
    """
    other = partner_of(root)
    if isinstance(other, str) and hub_id(root.absolute()):
        return hub.fetch([Wanted(other, "safety checker")], half, emit)[0]
    return other if isinstance(other, Path) else None


def _stage2(model: str, root: Place, wanted: str | None, emit: EmitAll) -> Place | None:
    if wanted == "none":
        return None
    if wanted not in _AUTO:
        return _place(str(wanted), "stage II")
    if isinstance(root, Path) and (root / "stage-2").is_dir():
        return root / "stage-2"
    default = partner_of(root) if isinstance(root, Path) else partner(root.repo)
    if default is None:
        return None
    emit(f"stage II: {default}, which was made for {_last(model)}; --stage2 takes another, or none")
    return default if isinstance(default, Path) else Wanted(default, "stage II")


def _fetched(places: list[Place], half: bool, emit: EmitAll, ahead: hub.Ahead | None) -> list[Path]:
    """All of them as folders; those of the hub are asked for together."""

    def merged(paths: Iterable[Path]) -> list[Path]:
        fetched = iter(paths)
        return [place if isinstance(place, Path) else next(fetched) for place in places]

    ahead_merged = (lambda paths, size: ahead(merged(paths), size)) if ahead else None
    return merged(hub.fetch([p for p in places if isinstance(p, Wanted)], half, emit, ahead_merged))


def _stage2_of(root: Path) -> Path:
    return root / "stage-2" if (root / "stage-2").is_dir() else root


def _last(model: str) -> str:
    return Path(model).name or model


def _place(name: str, role: Role) -> Place:
    if name in _BUNDLED_NAMES:
        return BUNDLED
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    if is_hub_id(name):
        return Wanted(name, role)
    raise BadInput(
        f"no model folder {name}; give a folder with model_index.json or stage-1/, a hub id such"
        " as DeepFloyd/IF-I-XL-v1.0, or tiny-if"
    )


def partner(name: str) -> str | None:
    """IF-II-L-v1.0 of IF-I-XL-v1.0 and of IF-I-L-v1.0, IF-II-M-v1.0 of IF-I-M-v1.0; else None.

    name: a hub id (the partner is one too) or the last part of one.
    """
    owner, slash, last = name.rpartition("/")
    match = _STAGE_1.fullmatch(last)
    if match is None:
        return None
    return f"{owner}{slash}IF-II-{_SIZES[match['size']]}-{match['version']}"


def partner_of(folder: Path) -> Path | str | None:
    """The stage II of a stage I folder: the folder beside it, else a hub id; else None.

    The folder is named as its repository is, or lies in the hub's cache.
    """
    folder = folder.absolute()
    if repo := hub_id(folder):
        return partner(repo)
    name = partner(folder.name)
    if name is None:
        return None
    beside = folder.with_name(name)
    return beside if beside.is_dir() else f"{OWNER}/{name}"


def hub_id(folder: Path) -> str | None:
    """The id of a snapshot in the hub's cache; None for another folder."""
    if folder.parent.name != "snapshots":
        return None
    match = _IN_CACHE.fullmatch(folder.parent.parent.name)
    return f"{match['owner']}/{match['name']}" if match else None
