"""Where a forge run keeps its things."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ForgeRun:
    """The folder of a forge run; the parts may be trained by processes side by side."""

    folder: Path

    @property
    def pictures(self) -> Path:
        """The decoded pictures (safetensors)."""
        return self.folder / "pictures.safetensors"

    @property
    def text(self) -> Path:
        """The frozen text encoder and its tokenizer, as `text_encoder/` and `tokenizer/`."""
        return self.folder / "text"

    @property
    def cascade(self) -> Path:
        """The exported cascade: `stage-1/` and `stage-2/`."""
        return self.folder / "cascade"

    def checkpoints(self, part: str) -> Path:
        """Checkpoints of "text", "stage1" or "stage2"."""
        return self.folder / part / "checkpoints"

    def network(self, part: str) -> Path:
        """The folder of a part whose `config.json` says what its network is."""
        return self.folder / part

    def asked(self, part: str) -> Path:
        """What a part was trained with last: recipe, batch, precision, machine."""
        return self.folder / part / "asked.json"

    def samples(self, part: str) -> Path:
        """Sample grids of a part."""
        return self.folder / part / "samples"
