"""The nearest training picture is found, mirrored or not, with its true distance."""

import pytest
import torch

from engine.forge.evaluation import measures


def pool(count: int = 9) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (count, 3, 32, 32), dtype=torch.uint8, generator=generator)


def test_a_copy_and_its_mirror_image_are_at_no_distance() -> None:
    drawn = pool()[[4, 7]].float() / 127.5 - 1
    found = measures.nearest(torch.stack([drawn[0], drawn[1].flip(-1)]), pool())
    assert found.indices.tolist() == [4, 7]
    assert found.distances.tolist() == [0, 0]


def test_the_distance_is_in_levels() -> None:
    grey = torch.full((1, 3, 32, 32), 100, dtype=torch.uint8)
    found = measures.nearest((grey.float() + 7) / 127.5 - 1, torch.cat([grey, grey + 20]))
    assert found.indices.tolist() == [0]
    assert torch.allclose(found.distances, torch.tensor([7.0]))


def test_the_pool_may_be_larger_than_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "CHUNK", 4)
    found = measures.nearest(pool().float() / 127.5 - 1, pool())
    assert found.indices.tolist() == list(range(9))
    assert not found.distances.any()
