"""Pictures a second of training: a plain notebook loop against ours, same model, in turns."""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import mse_loss, one_hot
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import ToTensor

from engine.digits import recipe
from engine.digits.data import Digits, bundled
from engine.digits.networks import is_lower
from engine.specs import Train
from engine.training import trainer

ROUNDS, WARM = 7, 1


class Pictures(Dataset[tuple[Tensor, int]]):
    """As torchvision's MNIST gives them: a PIL picture for each index, made a tensor."""

    def __init__(self, digits: Digits) -> None:
        self.digits, self.transform = digits, ToTensor()

    def __len__(self) -> int:
        return len(self.digits)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        picture = Image.fromarray(self.digits.images[index].numpy())
        return self.transform(picture), int(self.digits.labels[index])


def plain(spec: Train, digits: Digits) -> Callable[[], None]:
    """One step of a notebook: DataLoader, Adam, DDPM's loss."""
    model, batches = recipe.network(spec), endless(spec, digits)
    adam = torch.optim.Adam(model.parameters(), lr=spec.learning_rate)
    bars = torch.cumprod(1 - torch.linspace(1e-4, 0.02, spec.timesteps), 0)

    def step() -> None:
        x, label = next(batches)
        c = one_hot(label, 10).float() * (torch.rand(len(x), 1) >= spec.drop)
        t = torch.randint(spec.timesteps, (len(x),))
        noise, bar = torch.randn_like(x), bars[t].view(-1, 1, 1, 1)
        noisy = bar.sqrt() * x + (1 - bar).sqrt() * noise
        loss = mse_loss(model(noisy, (t + 1) / spec.timesteps, c), noise)
        adam.zero_grad()
        loss.backward()
        adam.step()
        loss.item()

    return step


def endless(spec: Train, digits: Digits) -> Iterator[Any]:
    """A DataLoader's batches, epoch after epoch."""
    loader = DataLoader(Pictures(digits), spec.batch, shuffle=True, drop_last=True)
    while True:
        yield from loader


def ours(spec: Train, digits: Digits) -> Callable[[], None]:
    """One step of the trainer."""
    cpu = torch.device("cpu")
    model = recipe.network(spec).to(memory_format=torch.channels_last)
    if spec.compile:
        model.compile()
    how = recipe.settings(spec, len(digits), cpu)
    training, objective = trainer.begin(model, how), recipe.objective(spec, digits)
    training.model.train()

    def step() -> None:
        trainer.one_step(training, objective, how)

    return step


def main() -> None:
    """Print pictures a second of each way, and its ratio to the notebook's."""
    digits = bundled().train
    for hidden, batch in ((64, 64), (24, 128)):
        spec = Train(model="class", hidden=hidden, batch=batch, device="cpu")
        full = spec.model_copy(update={"precision": "fp32"})
        lower = "bf16" if is_lower(spec, torch.device("cpu")) else "fp32, there is no bf16"
        ways = {
            "notebook": plain(spec, digits),
            "diffuscope, fp32": ours(full, digits),
            f"diffuscope ({lower})": ours(spec, digits),
        }
        if "--compile" in sys.argv:
            ways["and torch.compile"] = ours(spec.model_copy(update={"compile": True}), digits)
        print(f"  class-conditional, D {hidden}, batch {batch}, {torch.get_num_threads()} threads")
        _compared(ways, batch)


def _compared(ways: dict[str, Callable[[], None]], batch: int) -> None:
    """Medians of both clocks: the processor's tells the same on a machine that is busy."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(WARM + ROUNDS):
        for name, way in ways.items():
            begun = time.perf_counter(), time.process_time()
            way()
            times[name].append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
    middle = {
        name: [statistics.median(clock) for clock in zip(*found[WARM:], strict=True)]
        for name, found in times.items()
    }
    for name, (wall, busy) in middle.items():
        ratios = [base / own for base, own in zip(middle["notebook"], (wall, busy), strict=True)]
        print(f"    {name:<28} {batch / wall:7.1f} pictures/s   ratio {ratios[0]:.2f}", end="")
        print(f"   {batch / busy:7.1f} a processor second, ratio {ratios[1]:.2f}")


if __name__ == "__main__":
    main()
