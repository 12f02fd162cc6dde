"""RePaint's resampling schedule (Lugmayr et al. 2022, arXiv 2201.09865): t goes down, up, down."""


def jump_list(steps: int, length: int, times: int) -> list[int]:
    """RePaint's own list: indices of the states that a run visits, from steps − 1 (noise) to −1.

    At every ``length``-th index the run goes up again by ``length``, ``times`` − 1 times. An index
    below the one before is a model call, one above it a step of the forward process. 12 steps,
    length 3, 3 times: 11 10 9 8 7 6 7 8 9 8 7 6 ... −1.
    """
    left = dict.fromkeys(_bottoms(steps, length), times - 1)
    visited, index = [], steps
    while index > 0:
        index -= 1
        visited.append(index)
        if left.get(index, 0) > 0:
            left[index] -= 1
            visited += range(index + 1, index + length + 1)
            index += length
    return [*visited, -1]


def turns(visited: list[int]) -> list[int]:
    """The list with every climb taken in one: what lies between its foot and its top left out.

    One step of the forward process over several timesteps is, in law, all of those in turn.
    """
    inner = zip(visited, visited[1:], visited[2:], strict=False)
    between = [not a < b < c for a, b, c in inner]
    return [visited[0], *(v for v, kept in zip(visited[1:], between, strict=False) if kept), -1]


def model_calls(steps: int, length: int, times: int) -> int:
    """How many of the list's steps go down: 250 steps, length 10, 10 times are 2,410."""
    return steps + len(_bottoms(steps, length)) * length * (times - 1)


def _bottoms(steps: int, length: int) -> range:
    return range(0, steps - length, length)
