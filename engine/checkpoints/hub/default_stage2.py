"""Which stage II DeepFloyd made for which stage I, told by the names of their repositories."""

import re
from pathlib import Path

_STAGE_1 = re.compile(r"IF-I-(?P<size>XL|L|M)-(?P<version>v[\d.]+)")
_SIZES = {"XL": "L", "L": "L", "M": "M"}
_IN_CACHE = re.compile(r"models--(?P<owner>.+?)--(?P<name>.+)")
OWNER = "DeepFloyd"


def partner(name: str) -> str | None:
    """IF-II-L-v1.0 of IF-I-XL-v1.0 and of IF-I-L-v1.0, IF-II-M-v1.0 of IF-I-M-v1.0; else None.

    name: a hub id (the partner is one too) or the last part of one.
    """
    owner, slash, last = name.rpartition("/")
    found = _STAGE_1.fullmatch(last)
    if found is None:
        return None
    return f"{owner}{slash}IF-II-{_SIZES[found['size']]}-{found['version']}"


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
    found = _IN_CACHE.fullmatch(folder.parent.parent.name)
    return f"{found['owner']}/{found['name']}" if found else None
