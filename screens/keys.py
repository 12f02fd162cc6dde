"""Every key, declared once: the bindings, the key line, the palette and the help are made from it.

A key's id is what a person writes in the config file to give it another key. None is a chord that
terminals or tmux take (ctrl+a, b, h, i, j, m, s), a function key, or Escape alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True)
class Key:
    """One command: its id (``area.name``), key, action, the word on the key line, its help.

    ``shown`` keys stand on the key line, in the order of this file; ``always`` ones even where
    there is no room for all.
    """

    id: str
    key: str
    action: str
    label: str
    help: str
    shown: bool = True
    always: bool = False

    @property
    def area(self) -> str:
        """The group that it belongs to, the palette's first word."""
        return self.id.partition(".")[0]

    @property
    def verb(self) -> str:
        """What it does, the palette's second word."""
        return self.id.partition(".")[2].replace("_", " ")


KEYS: tuple[Key, ...] = (
    Key("ask.run", "ctrl+g", "run", "run", "run what the form asks for, from anywhere"),
    Key("noise.run", "enter", "run_here", "denoise", "denoise at this t, in every way"),
    Key("noise.less", "minus", "noise(-10)", "t", "ten timesteps less noise"),
    Key("noise.more", "plus", "noise(10)", "t", "ten timesteps more noise"),
    Key("noise.far_less", "underscore", "noise(-100)", "hundred", "a hundred less", False),
    Key("noise.far_more", "asterisk", "noise(100)", "hundred", "a hundred more", False),
    Key("noise.light", "l", "noise_at(250)", "250 500 750", "light noise: t = 250"),
    Key("noise.middle", "m", "noise_at(500)", "250 500 750", "middling noise: t = 500"),
    Key("noise.heavy", "h", "noise_at(750)", "250 500 750", "heavy noise: t = 750"),
    Key("noise.kernel_down", "j", "smooth(-2, 0)", "kernel", "a smaller window of the blur"),
    Key("noise.kernel_up", "k", "smooth(2, 0)", "kernel", "a larger window of the blur"),
    Key("noise.sigma_down", "J", "smooth(0, -0.1)", "sigma", "less spread of the blur"),
    Key("noise.sigma_up", "K", "smooth(0, 0.1)", "sigma", "more spread of the blur"),
    Key("noise.best", "a", "best_blur", "best blur", "the blur that is nearest to the original"),
    Key("noise.way", "v", "way", "beside", "another picture beside, where not all have room"),
    Key("picture.choose", "o", "picture", "picture", "another picture: file, address, run or name"),
    Key("picture.draw", "d", "draw", "draw", "draw on the picture by hand"),
    Key("picture.still", "z", "app.still", "still", "the picture by itself: zoom and pan", False),
    Key("inpaint.mask", "d", "draw", "mask", "draw the mask: white is replaced"),
    Key("inpaint.look", "M", "look", "look", "the mask as a tint, an outline, or its region alone"),
    Key("inpaint.seam", "v", "seam", "seam", "the difference from the original: outside it is 0"),
    Key("illusions.turn", "t", "turn(1)", "turn", "turn the picture to its next reading"),
    Key("illusions.afar", "a", "afar", "afar", "the picture as it looks from ever farther away"),
    Key("illusions.bands", "l", "bands", "bands", "low, high ...: what each prompt draws, apart"),
    Key("illusions.view", "v", "other_view(1)", "view", "another view for the second prompt"),
    Key("illusions.view_before", "V", "other_view(-1)", "view", "the view before", False),
    Key("illusions.form", "m,ctrl+n", "other_form", "form", "anagram, hybrid or compose"),
    Key("timeline.play", "space", "play", "play", "play the steps, or stop"),
    Key("timeline.back", "left", "go(-1)", "step", "one step back"),
    Key("timeline.next", "right", "go(1)", "step", "one step on"),
    Key("timeline.far_back", "shift+left", "go(-5)", "five", "five steps back", False),
    Key("timeline.far_next", "shift+right", "go(5)", "five", "five steps on", False),
    Key("timeline.first", "home", "home", "first", "the first step", False),
    Key("timeline.last", "end", "end", "last", "the newest step, and follow the run", False),
    Key("timeline.slower", "comma", "slower", "slower", "play more slowly", False),
    Key("timeline.faster", "full_stop", "faster", "faster", "play faster", False),
    Key("timeline.channel", "c", "channel", "channel", "x_t, x̂0, noise, guidance, change"),
    Key("timeline.sample", "enter", "sample", "sample", "one sample of several, or all of them"),
    Key("timeline.sample_up", "up", "sample(-1)", "samples", "the sample before"),
    Key("timeline.sample_down", "down", "sample(1)", "samples", "the sample after"),
    Key("run.cancel", "x", "cancel", "cancel", "stop after this step; twice: at once", always=True),
    Key("run.pause", "p", "pause", "pause", "hold the run before its next step, or go on"),
    Key("run.one_step", "n", "step_once", "one step", "let a held run take one step"),
    Key("digits.train", "t", "train", "train", "the form of a training"),
    Key("digits.draw", "d", "draw", "draw", "let the model draw: which digits, how guided"),
    Key("digits.denoising", "enter", "denoising", "denoising", "how these samples came about"),
    Key("digits.judge", "j", "evaluate", "judge", "let a judge say how good what it draws is"),
    Key("digits.detached", "D", "detached", "detach", "train in a process of its own"),
    Key("training.part_up", "up", "part(-1)", "part", "the part before; then all of them"),
    Key("training.part_down", "down", "part(1)", "part", "the next part; then all of them"),
    Key("training.metric", "c", "metric", "curve", "loss, its parts, learning rate, steps/s"),
    Key("training.log", "l", "log", "log", "a logarithmic axis, or a linear one"),
    Key("training.zoom", "z", "zoom", "zoom", "a quarter, a twentieth, everything"),
    Key("training.rougher", "minus", "smooth(-1)", "smooth", "smooth the curves less"),
    Key("training.smoother", "plus", "smooth(1)", "smooth", "smooth the curves more"),
    Key("training.checkpoint", "k", "checkpoint", "checkpoint", "write a checkpoint now"),
    Key("training.page", "v", "page", "more", "other pictures of this sheet"),
    Key("training.beside", "equals_sign", "beside", "beside", "keep this sheet beside the others"),
    Key("training.overlay", "o", "overlay", "overlay", "another run's curves over these"),
    Key("training.resume", "R", "resume", "resume", "go on from the newest checkpoint, here"),
    Key("runs.open", "enter", "open", "open", "open the run on its timeline"),
    Key("run.branch", "b", "branch", "branch", "a new run from the step under the cursor"),
    Key("run.compare", "equals_sign", "compare", "compare", "beside another run, step by step"),
    Key("run.flip", "f", "flip", "flip", "one picture in one place: flip between the two"),
    Key("run.export", "e", "export", "export", "write a PNG, a contact sheet or a GIF"),
    Key("run.replay", "R", "replay", "replay", "the same request again: the same bits", False),
    Key("run.upscale", "u", "upscale", "upscale", "stage II from the last state of stage I"),
    Key("runs.delete", "d", "delete", "delete", "delete the run folder, after asking"),
    Key("ask.seed_next", "s", "seed(1)", "seed+1", "the next seed"),
    Key("ask.seed_random", "r", "seed(0)", "random seed", "a seed drawn at random", False),
    Key("ask.detach", "B", "detach", "no branch", "begin from noise again, not from a step", False),
    Key("ask.earlier", "less_than_sign", "origin(-1)", "earlier", "branch a step earlier"),
    Key("ask.later", "greater_than_sign", "origin(1)", "later", "branch a step later"),
    Key("ask.fold", "left_square_bracket", "fold_ask", "ask", "fold the form away, or back", False),
    Key("view.single", "right_square_bracket", "fold_view", "one", "one picture, or many", False),
    Key("ask.prompt", "slash", "prompt", "prompt", "go to the prompt", always=True),
    Key("ask.leave", "escape,ctrl+o", "leave", "pictures", "from the form to the pictures", False),
    Key("doctor.again", "g", "again", "again", "look again"),
    Key("canvas.left", "left", "do('move', -1, 0)", "move", "the cursor one pixel to the left"),
    Key("canvas.right", "right", "do('move', 1, 0)", "move", "the cursor one pixel to the right"),
    Key("canvas.up", "up", "do('move', 0, -1)", "move", "the cursor one pixel up"),
    Key("canvas.down", "down", "do('move', 0, 1)", "move", "the cursor one pixel down"),
    Key("canvas.far_left", "shift+left", "do('move', -8, 0)", "eight", "eight pixels left", False),
    Key(
        "canvas.far_right", "shift+right", "do('move', 8, 0)", "eight", "eight pixels right", False
    ),
    Key("canvas.far_up", "shift+up", "do('move', 0, -8)", "eight", "eight pixels up", False),
    Key("canvas.far_down", "shift+down", "do('move', 0, 8)", "eight", "eight pixels down", False),
    Key("canvas.place", "enter", "do('place')", "place", "the shape ends here"),
    Key("canvas.drop", "backspace,escape", "do('drop')", "drop", "forget the shape or the stroke"),
    Key(
        "canvas.paint",
        "space",
        "do('paint')",
        "paint",
        "the tool works here; a shape begins, or ends",
    ),
    Key("canvas.leave", "q", "ask('leave')", "done", "done: back to the pictures"),
    Key("canvas.pen", "d", "do('pen')", "pen", "pen down, so that moving draws, or up"),
    Key("canvas.smaller", "minus", "do('number', -1)", "size", "a smaller brush; less tolerance"),
    Key("canvas.larger", "plus", "do('number', 1)", "size", "a larger brush; more tolerance"),
    Key("canvas.colour_before", "j", "do('colour', -1)", "colour", "the colour before"),
    Key("canvas.colour_after", "k", "do('colour', 1)", "colour", "the next colour"),
    Key("canvas.any_colour", "number_sign", "ask('colour')", "any", "type any colour"),
    Key("canvas.undo", "z", "do('undo')", "undo", "take back the last step"),
    Key("canvas.redo", "y", "do('redo')", "redo", "do again what was taken back"),
    Key("canvas.brush", "a", "do('use', 'brush')", "brush", "draw where the cursor passes", False),
    Key(
        "canvas.eraser", "w", "do('use', 'eraser')", "eraser", "wipe with the ground colour", False
    ),
    Key("canvas.line", "l", "do('use', 'line')", "line", "a straight line", False),
    Key("canvas.rectangle", "t", "do('use', 'rectangle')", "rect", "a rectangle's edge", False),
    Key("canvas.block", "T", "do('use', 'rectangle', True)", "block", "a filled rectangle", False),
    Key("canvas.ellipse", "o", "do('use', 'ellipse')", "oval", "an ellipse's edge", False),
    Key("canvas.disc", "O", "do('use', 'ellipse', True)", "disc", "a filled ellipse", False),
    Key("canvas.fill", "g", "do('use', 'fill')", "fill", "fill what is like the pixel here", False),
    Key("canvas.pick", "i", "do('use', 'pick')", "pick", "take a colour from the picture", False),
    Key("canvas.tip", "v", "do('tip')", "tip", "a round or a square brush", False),
    Key("canvas.symmetric", "m", "do('symmetric')", "both", "draw left and right at once", False),
    Key("canvas.swap", "G", "do('swap')", "swap", "exchange the colour and the ground", False),
    Key("canvas.mirror", "h", "do('mirror')", "mirror", "exchange left and right", False),
    Key("canvas.open", "L", "ask('open')", "open", "draw on a picture from a file", False),
    Key("canvas.save", "S", "ask('save')", "save", "write the drawing as a PNG", False),
    Key("canvas.clear", "C", "do('clear')", "clear", "nothing but the ground colour", False),
    Key("mask.rectangle", "t", "do('use', 'rectangle', True)", "rect", "a rectangle", False),
    Key("mask.ellipse", "o", "do('use', 'ellipse', True)", "oval", "an ellipse", False),
    Key(
        "mask.polygon",
        "p",
        "do('use', 'polygon')",
        "polygon",
        "corner by corner; enter closes",
        False,
    ),
    Key("mask.wand", "g", "do('use', 'wand')", "wand", "what has the picture's colour here", False),
    Key("mask.masks", "L", "ask('masks')", "masks", "ready ones, those of yours, a file"),
    Key("mask.keep", "S", "ask('save')", "keep", "keep the mask by a name, or write a PNG"),
    Key("mask.grow", "greater_than_sign", "do('grow')", "grow", "one pixel more around"),
    Key("mask.shrink", "less_than_sign", "do('shrink')", "grow", "one pixel less around"),
    Key("mask.feather", "f", "do('feather')", "feather", "a softer border"),
    Key("mask.invert", "n", "do('invert')", "invert", "replace what stayed, keep the rest"),
    Key("still.closer", "plus,equals_sign", "zoom(1)", "zoom", "closer"),
    Key("still.farther", "minus", "zoom(-1)", "zoom", "from farther off"),
    Key("still.whole", "0", "whole", "whole", "all of the picture"),
    Key("still.left", "left", "pan(-1, 0)", "pan", "to the left"),
    Key("still.right", "right", "pan(1, 0)", "pan", "to the right"),
    Key("still.up", "up", "pan(0, -1)", "pan", "up"),
    Key("still.down", "down", "pan(0, 1)", "pan", "down"),
    Key("still.smooth", "s", "smooth", "smooth", "smooth pixels, or sharp ones"),
    Key("view.back", "backspace", "back", "back", "back to where you came from", always=True),
    Key("view.link", "I", "app.link", "link", "how pictures reach the terminal", False),
    Key("modal.leave", "q,escape,backspace", "dismiss_none", "leave", "leave without choosing"),
    Key("line.leave", "escape,ctrl+o", "dismiss_none", "leave", "leave without an answer"),
    Key("app.palette", "colon,ctrl+p", "app.command_palette", "commands", "every command by name"),
    Key(
        "app.help",
        "question_mark",
        "app.toggle_help",
        "help",
        "help for what has the focus",
        always=True,
    ),
    Key("app.theme", "ctrl+t", "app.change_theme", "theme", "other colours", False),
    Key("app.quit", "q,ctrl+q", "app.quit", "quit", "stop what runs, keep its folder, and leave"),
)
BY_ID = {key.id: key for key in KEYS}
_ORDER = {key.id: at for at, key in enumerate(KEYS)}
AREAS = {
    "ask": "The ask",
    "noise": "The noise",
    "picture": "The picture",
    "timeline": "The timeline",
    "run": "This run",
    "digits": "The digits",
    "training": "The training",
    "runs": "The runs",
    "view": "The view",
    "doctor": "The doctor",
    "canvas": "The canvas",
    "inpaint": "The inpainting",
    "illusions": "The illusion",
    "mask": "The mask",
    "still": "The still",
    "modal": "This list",
    "line": "This question",
    "app": "The program",
    "place": "Places",
}


def bindings(*names: str, but: Iterable[str] = ()) -> list[Binding]:
    """Bindings of whole areas (``timeline``) or single keys (``run.export``), but for some."""
    found = [key for key in KEYS if key.area in names or key.id in names]
    return [binding(key) for key in found if key.id not in but]


def binding(key: Key) -> Binding:
    """Textual's form of a declared key."""
    group = Binding.Group(AREAS[key.area])
    return Binding(
        key.key, key.action, key.label, show=key.shown, tooltip=key.help, id=key.id, group=group
    )


def order(binding: Binding) -> int:
    """Where it stands in every list of keys: as declared, places last, Textual's own first."""
    if not binding.id:
        return -1
    return _ORDER.get(binding.id, len(_ORDER))


def places(names: Iterable[str]) -> list[Key]:
    """The numbered keys of the places, in their order."""
    return [
        Key(f"place.{name}", str(n), f"app.switch_mode('{name}')", name, f"go to {name}", False)
        for n, name in enumerate(names, 1)
    ]
