"""A cascade before and after its training: figures on held-out art, and a sheet of samples."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine import vocabulary
from engine.checkpoints import Cascade, open_cascade
from engine.forge.captions import COLOURS, bundled_concepts
from engine.forge.evaluation import fineness
from engine.forge.evaluation.accuracy import Figures
from engine.forge.evaluation.batch_sampler import Artist
from engine.forge.evaluation.evaluate import save
from engine.forge.evaluation.prompts import PROMPTS
from engine.forge.judge.renderings import Names
from engine.forge.sampling import Stop
from engine.specs.evaluate import Evaluate
from engine.training.sample_grid import captioned, images

GUIDANCE, STEPS = 3.0, 20


@dataclass(frozen=True)
class Examination:
    """Held-out renderings, if any, a folder to keep things in, a device, and how many pictures."""

    held_out: Path | None
    kept: Path
    device: str
    count: int
    say: Callable[[str], None]
    stop: Stop

    def of(self, model: str, sheet: Path) -> Figures:
        """Errors of ε̂ by timestep and grain, of either stage; its samples go to the file `sheet`.

        Without held-out renderings there are only samples. Raises Stopped, and what opening a
        cascade raises.
        """
        cascade = open_cascade(model, device=self.device)
        steps = {"steps": str(STEPS), "stage2_steps": str(STEPS)}
        spec = Evaluate.parse({"model": model, "folder": str(self.held_out), **steps})
        assert isinstance(spec, Evaluate)
        artist = Artist(cascade, spec, self.kept, self.say, self.stop)
        try:
            names = _names(cascade)
            self._draw(artist, names, sheet)
            return fineness.measure(artist, names, GUIDANCE, self.count) if self.held_out else {}
        finally:
            shutil.rmtree(self.kept, ignore_errors=True)

    def _draw(self, artist: Artist, names: Names, sheet: Path) -> None:
        """The source's prompts; where fewer are wanted, those that are drawn to be measured."""
        if self.count < len(PROMPTS):
            prompts = fineness.asked(names, self.count)
            drawn = fineness.grounds(artist, names, GUIDANCE, self.count)
        else:
            prompts = list(PROMPTS)
            drawn = artist.both("samples", prompts, GUIDANCE)
        columns = [images(drawn[name]) for name in ("small", "large") if name in drawn]
        cells = zip(prompts, *columns, strict=True)
        save(sheet, captioned([(prompt, list(pictures)) for prompt, *pictures in cells], 4))


def _names(cascade: Cascade) -> Names:
    """Concepts and colours of the cascade's own vocabulary, or else those of the emoji."""
    known = vocabulary.read(cascade.folder)
    if known is not None and known.concepts and known.colours:
        return known.concepts, known.colours
    return tuple(concept.phrases[0] for concept in bundled_concepts()), tuple(COLOURS)
