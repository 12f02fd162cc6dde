"""The UNets for 28 x 28 digits, block by block as the course describes them (its Part B).

BatchNorm makes training and evaluation differ: sampling needs ``eval()``.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from engine.specs.train import Train

SIDE = 28
"""Pixels of a picture's side; the networks are made for it alone."""


class Conv(nn.Sequential):
    """Convolution that keeps the side: (B,in,h,w) to (B,out,h,w)."""

    def __init__(self, inward: int, outward: int) -> None:
        conv = nn.Conv2d(inward, outward, 3, 1, 1)
        super().__init__(conv, nn.BatchNorm2d(outward), nn.GELU())


class DownConv(nn.Sequential):
    """Convolution that halves the side."""

    def __init__(self, inward: int, outward: int) -> None:
        conv = nn.Conv2d(inward, outward, 3, 2, 1)
        super().__init__(conv, nn.BatchNorm2d(outward), nn.GELU())


class UpConv(nn.Sequential):
    """Transposed convolution that doubles the side."""

    def __init__(self, inward: int, outward: int) -> None:
        conv = nn.ConvTranspose2d(inward, outward, 4, 2, 1)
        super().__init__(conv, nn.BatchNorm2d(outward), nn.GELU())


class Flatten(nn.Sequential):
    """The mean of a 7 x 7 map: (B,C,7,7) to (B,C,1,1)."""

    def __init__(self) -> None:
        super().__init__(nn.AvgPool2d(7), nn.GELU())


class Unflatten(nn.Sequential):
    """A 7 x 7 map from one pixel: (B,C,1,1) to (B,C,7,7)."""

    def __init__(self, channels: int) -> None:
        conv = nn.ConvTranspose2d(channels, channels, 7, 7, 0)
        super().__init__(conv, nn.BatchNorm2d(channels), nn.GELU())


class ConvBlock(nn.Sequential):
    """Two convolutions."""

    def __init__(self, inward: int, outward: int) -> None:
        super().__init__(Conv(inward, outward), Conv(outward, outward))


class DownBlock(nn.Sequential):
    """Half the side, then two convolutions."""

    def __init__(self, inward: int, outward: int) -> None:
        super().__init__(DownConv(inward, outward), ConvBlock(outward, outward))


class UpBlock(nn.Sequential):
    """Twice the side, then two convolutions."""

    def __init__(self, inward: int, outward: int) -> None:
        super().__init__(UpConv(inward, outward), ConvBlock(outward, outward))


class FCBlock(nn.Sequential):
    """What a condition (B,in) does to each channel of a map: (B,out,1,1)."""

    def __init__(self, inward: int, outward: int) -> None:
        super().__init__(nn.Linear(inward, outward), nn.GELU(), nn.Linear(outward, outward))

    def forward(self, condition: Tensor) -> Tensor:
        out: Tensor = super().forward(condition)  # type: ignore[no-untyped-call]
        return out[:, :, None, None]


class DigitUNet(nn.Module):
    """The course's UNet, unconditional, or conditioned on time and class.

    ``hidden`` is D; ``classes`` is 0 where there is no class. With ``flow`` a time without a class
    multiplies what it conditions; otherwise time is added and the class multiplies. Unconditional
    with D = 128 it has 7,891,073 parameters; with D = 64 1,975,361, with time 1,996,417, with time
    and ten classes 2,019,201.
    """

    def __init__(
        self, hidden: int = 64, *, timed: bool = False, classes: int = 0, flow: bool = False
    ) -> None:
        super().__init__()
        if classes and not timed:
            raise ValueError("a class-conditioned network is conditioned on time too")
        self.config: dict[str, Any] = {
            "hidden": hidden, "timed": timed, "classes": classes, "flow": flow,
        }  # fmt: skip
        d = hidden
        self.enter = ConvBlock(1, d)
        self.down1, self.down2 = DownBlock(d, d), DownBlock(d, 2 * d)
        self.flatten, self.unflatten = Flatten(), Unflatten(2 * d)
        self.up1, self.up2 = UpBlock(4 * d, d), UpBlock(2 * d, d)
        self.leave, self.last = ConvBlock(2 * d, d), nn.Conv2d(d, 1, 3, 1, 1)
        if timed:
            self.time1, self.time2 = FCBlock(1, 2 * d), FCBlock(1, d)
        if classes:
            self.class1, self.class2 = FCBlock(classes, 2 * d), FCBlock(classes, d)

    def forward(self, x: Tensor, t: Tensor | None = None, label: Tensor | None = None) -> Tensor:
        """(B,1,28,28) for ``x`` of that shape, ``t`` (B,) in [0,1], ``label`` (B,classes) one-hot.

        A row of zeros, and None, mean no class.
        """
        first, second = self._conditions(x, t, label)
        x0 = self.enter(x)
        x1 = self.down1(x0)
        x2 = self.down2(x1)
        u = first(self.unflatten(self.flatten(x2)))
        up1 = second(self.up1(torch.cat([x2, u], 1)))
        up2 = self.up2(torch.cat([x1, up1], 1))
        out: Tensor = self.last(self.leave(torch.cat([x0, up2], 1)))
        return out

    def _conditions(
        self, x: Tensor, t: Tensor | None, label: Tensor | None
    ) -> tuple["Condition", "Condition"]:
        if not self.config["timed"]:
            return Condition(), Condition()
        if t is None:
            raise ValueError("this network is conditioned on time: t is missing")
        time = t.to(x.dtype)[:, None]
        times = self.time1(time), self.time2(time)
        if not self.config["classes"]:
            multiplied = self.config["flow"]
            one, two = (Condition(m, None) if multiplied else Condition(None, m) for m in times)
            return one, two
        if label is None:
            label = x.new_zeros(len(x), self.config["classes"])
        label = label.to(x.dtype)
        return Condition(self.class1(label), times[0]), Condition(self.class2(label), times[1])


class Condition:
    """Multiplies a map (B,C,h,w) by one condition and adds another, (B,C,1,1) each, or neither."""

    def __init__(self, times: Tensor | None = None, plus: Tensor | None = None) -> None:
        self.times, self.plus = times, plus

    def __call__(self, x: Tensor) -> Tensor:
        if self.times is not None:
            x = self.times * x
        return x if self.plus is None else x + self.plus


def is_lower(spec: Train, device: torch.device) -> bool:
    """Whether the network's products are made in bfloat16."""
    if spec.precision != "auto":
        return spec.precision == "bf16"
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and _has_bf16()


def lowered(device: torch.device, bf16: bool) -> AbstractContextManager[object]:
    """Products in bfloat16 inside, where that is wanted; weights stay float32."""
    return torch.autocast(device.type, torch.bfloat16) if bf16 else nullcontext()


def _has_bf16() -> bool:
    """Whether the CPU multiplies bfloat16 itself; without that it is slower than float32."""
    ask: Callable[[], dict[str, Any]] = getattr(torch.cpu, "get_capabilities", dict)
    has = ask()  # nothing where torch is too old to say
    return bool(has.get("avx512_bf16") or has.get("amx_bf16") or has.get("bf16"))
