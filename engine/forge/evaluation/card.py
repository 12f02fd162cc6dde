"""The model card: markdown, made of the figures and of what training.json says."""

from collections.abc import Iterable
from typing import Any

from engine.forge.evaluation.accuracy import Figures, between, metrics
from engine.forge.evaluation.prompts import PROMPTS
from engine.specs.evaluate import Evaluate

WORST = 30


def table(head: list[str], rows: Iterable[list[Any]]) -> list[str]:
    """A markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(map(str, row))} |" for row in lines]


def percent(found: Figures) -> str:
    """An accuracy as "97.5 % (39 of 40)"; "none" where there was nothing to be right about."""
    if not found["of"]:
        return "none"
    return f"{100 * found['share']:.1f} % ({found['right']} of {found['of']})"


def summary(found: Figures) -> list[str]:
    """What is wanted, what was reached, and what the judge reaches on art that it never saw."""
    rows = [
        [one.what, one.reached, one.ceiling, one.wanted, "yes" if one.met else "no"]
        for one in metrics(found)
    ]
    return table(["what", "drawn", "the judge on held-out art", "wanted", "reached"], rows)


def guidances(found: Figures) -> list[str]:
    """Concepts at every guidance, by name alone."""
    head = ["guidance", "top-1", "top-5", "Fréchet distance"]
    rows = [
        [f"{row['guidance']:g}", percent(row["top1"]), percent(row["top5"]), apart(row["frechet"])]
        for row in found["concepts"]["by_guidance"]
    ]
    plain, frechet = found["judge"]["plain"], found["frechet"]
    rows.append(["held-out art", percent(plain["concept"]), percent(plain["concept_top5"]),
                 apart(frechet["floor"])])  # fmt: skip
    return [
        f"## {found['judge']['concepts']} concepts", "",
        "Each asked for by its name (\"a rocket\"), stage I. The distance is Fréchet's in 304 of"
        f" the judge's features, from {frechet['drawn']} drawn pictures to {frechet['others']} of"
        f" held-out art; its last row, {frechet['first']} others of that art, is its floor.", "",
        *table(head, rows),
    ]  # fmt: skip


def apart(distance: float | None) -> str:
    """A Fréchet distance, or that there were too few pictures for one."""
    return "too few" if distance is None else f"{distance:.2f}"


def drawn(found: Figures, pages: list[str]) -> list[str]:
    """The grid of the source's prompts, and the prompts as text."""
    if "grid.png" not in pages:
        return []
    spec, asked = found["spec"], [f'"{prompt}"' for prompt in PROMPTS]
    return [
        "## What it draws", "", "![the source's prompts](grid.png)", "",
        f"Guidance {found['concepts']['best_guidance']:g}, {spec['steps']} steps, stage I on the"
        f" left and stage II on the right, seeds {spec['seed']} and up, the first picture of"
        f" each: {', '.join(asked)}.",
    ]  # fmt: skip


def labels(title: str, head: str, found: Figures) -> list[str]:
    """One row a colour or a style."""
    rows = [[name, percent(each["drawn"]), percent(each["ceiling"])]
            for name, each in found["each"].items()]  # fmt: skip
    rows.append(["all", percent(found["drawn"]), percent(found["ceiling"])])
    return [f"## {title}, guidance {found['guidance']:g}", "",
            *table([head, "drawn", "the judge on held-out art"], rows)]  # fmt: skip


def fineness(found: Figures) -> list[str]:
    """The error of the noise that each stage tells, and the grain of what it draws."""
    fine, spec = found["fineness"], found["spec"]
    stages = [(name, fine[key]) for name, key in (("I", "stage1"), ("II", "stage2")) if key in fine]
    rows = [
        [name, *(f"{error:.3f}" for error in known["errors"]),
         *(f"{known[key]:.1f} ({known['real'][key]:.1f})" for key in ("grain", "ground"))]
        for name, known in stages
    ]  # fmt: skip
    head = ["stage", *(f"ε̂ at {t}" for t in fine["timesteps"]), "grain", "flat ground"]
    return [
        "## How fine it draws", "",
        f"The mean square error of ε̂ on {fine['pictures']} pictures of art that it never saw (1 is"
        " to know nothing of the noise), by timestep. Grain is Immerkær's estimate of noise in what"
        f" it draws at guidance {fine['guidance']:g} in {spec['steps']} and {spec['stage2_steps']}"
        " steps, and of its flat corners, in levels of 255; in brackets that of the art.", "",
        *table(head, rows),
    ]  # fmt: skip


def failures(found: Figures, pages: list[str]) -> list[str]:
    """The worst concepts, and pictures of them."""
    worst = [row for row in found["concepts"]["each"] if row["best"]["share"] < 1][:WORST]
    if not worst:
        return []
    scales = [f"{row['guidance']:g}" for row in found["concepts"]["by_guidance"]]
    rows = [[row["concept"], *row["right"], f"{row['belief']:.2f}", row["seen_as"],
             percent(row["ceiling"])] for row in worst]  # fmt: skip
    head = ["concept", *(f"right at {scale}" for scale in scales), "belief", "taken for",
            "the judge on held-out art"]  # fmt: skip
    shown = ["![failures](failures.png)", ""] if "failures.png" in pages else []
    each = found["spec"]["per_concept"]
    return [
        "## What it draws wrong", "", *shown,
        f"The {len(worst)} worst concepts: how many of {each} are right at each guidance, and the"
        " judge's probability of the right one at the best.", "", *table(head, rows),
    ]  # fmt: skip


def copying(found: Figures, pages: list[str]) -> list[str]:
    """Whether drawn pictures are training pictures."""
    near = found["copies"]
    if near is None:
        return []
    drawn, real, nearer = near["drawn"], near["real"], near["nearer"]
    shown = ["![drawn, and the nearest training picture](nearest.png)", ""]
    return [
        "## The nearest training pictures", "", *(shown if "nearest.png" in pages else []),
        "Root mean squared difference of pixels at 32 px, in levels of 255, to the nearest training"
        f" picture or its mirror image. Drawn: median {drawn['median']}, least {drawn['least']}."
        f" Art that was not trained on: median {real['median']}, least"
        f" {real['least']}. Nearer than all but a hundredth of those: {nearer['count']} of"
        f" {nearer['of']} drawn.",
    ]  # fmt: skip


def training(said: Figures) -> list[str]:
    """What training.json beside the cascade says; nothing is said without it."""
    parts = said.get("parts", {})
    rows = [
        [name, f"{part['steps']:,}", f"{part['pictures']:,}", f"{part['seconds'] / 60:.0f} min",
         "/".join(map(str, part["widths"] or [])), part["precision"], f"{part['loss']:.4f}"]
        for name, part in parts.items()
    ]  # fmt: skip
    head = ["part", "steps", "pictures seen", "time", "widths", "precision", "last loss"]
    lines = [*table(head, rows), ""] if rows else []
    lines += [line for said in (*recipes(parts), *ema(parts)) for line in (said, "")]
    lines += [line for note in said.get("notes", []) for line in (note, "")]
    return ["## How it was trained", "", *lines[:-1]] if lines else []


def recipes(parts: Figures) -> list[str]:
    """What the parts were trained with, a sentence for those that share it; older ones are silent.

    "Trained with: `--recipe gpu --batch 128` on NVIDIA H100, 2 processes (stage1)."
    """
    said: dict[str, list[str]] = {}
    for name, part in parts.items():
        if "recipe" in part:
            said.setdefault(_trained_with(part), []).append(name)
    return [f"Trained with: {how} ({', '.join(names)})." for how, names in said.items()]


def ema(parts: Figures) -> list[str]:
    """The EMA of each part, where training.json says it.

    "EMA: stage1 post hoc, σ_rel 0.08; text decay 0.999."
    """
    exported = [f"{name} {_ema(part['ema'])}" for name, part in parts.items() if "ema" in part]
    return [f"EMA: {'; '.join(exported)}."] if exported else []


def _ema(exported: Figures) -> str:
    if "sigma_rel" in exported:
        return f"post hoc, σ_rel {exported['sigma_rel']:g}"
    return f"decay {exported['decay']:g}"


def _trained_with(part: Figures) -> str:
    asked = {"recipe": part["recipe"], **part["otherwise"]}
    flags = " ".join(f"--{name.replace('_', '-')} {_typed(value)}" for name, value in asked.items())
    many = part.get("processes", 1)
    where = f" on {part['on']}" if "on" in part else ""
    return f"`{flags}`{where}" + (f", {many} processes" if many > 1 else "")


def _typed(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def judge(found: Figures) -> list[str]:
    """How often the judge is right itself: its ceiling, at the side of either stage."""
    known = found["judge"]
    rows = [
        [f"{name or 'all'}, {each['small']['concept']['of']}", side, *ceiling(each[key])]
        for name, each in known["sets"].items()
        for side, key in (("32 px", "small"), ("128 px", "large"))
    ]
    rows += [["all", "32 px", *ceiling(known["ceiling"])],
             ["all", "128 px", *ceiling(known["large_ceiling"])]]  # fmt: skip
    if "known" in known:
        count = known["known"]["concept"]["of"]
        rows.append(
            [f"unseen, of the sets it learned from, {count}", "32 px", *ceiling(known["known"])]
        )
    from_sets = f" of {', '.join(known['learned_sets'])}" if known["learned_sets"] else ""
    return [
        "## The judge", "",
        "Heads on the features of EfficientNet-Lite0, which was trained on photographs (ImageNet)"
        f" and on nothing of ours. The heads learned from {known['learned_from']:,} renderings"
        f"{from_sets}, at both sides, in {found['spec']['judge_steps']:,} steps of"
        f" {found['spec']['judge_batch']}. What they are right about in art that they never saw is"
        " the ceiling of every figure above; stage I is judged at 32 px, stage II at 128 px.", "",
        *table(["art, pictures", "side", "concept", "top-5", "colour", "style"], rows),
    ]  # fmt: skip


def ceiling(of: Figures) -> list[str]:
    """Concept, top-5, colour and style with their intervals."""
    keys = ("concept", "concept_top5", "colour", "style")
    return [f"{100 * of[key]['share']:.1f} % ({between(of[key])})" for key in keys]


def making(found: Figures) -> list[str]:
    """The command and the machine."""
    return [
        "## How these figures were made",
        "",
        f"    {found['command']}",
        "",
        f"On {found['machine']}. All figures are in evaluation.json; brackets hold what was"
        " counted, or the range in which the share lies in 95 of 100 cases (Wilson).",
    ]


def text(found: Figures, trained: Figures, pages: list[str]) -> str:
    """The whole card; `pages` are the pictures that lie beside it."""
    name = found["model"].rstrip("/").rpartition("/")[2]
    parts = [
        [f"# {name}: what it draws, by an independent judge"],
        summary(found),
        guidances(found),
        drawn(found, pages),
        labels("Background colours", "colour", found["colours"]),
        labels("Styles", "style", found["styles"]),
        fineness(found),
        failures(found, pages),
        copying(found, pages),
        judge(found),
        training(trained),
        making(found),
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
