"""The command line: bare, it opens the app; with a command, it serves the same specs headless."""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from engine import distributed_env
from engine.errors import BadInput, Stopped, Unavailable

EXIT_FAILED, EXIT_BAD_INPUT, EXIT_UNAVAILABLE, EXIT_CANCELLED = 1, 2, 3, 130
Settled = tuple[dict[str, Any] | None, int]


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 done, 1 failed, 2 bad input, 3 not available, 130 cancelled."""
    given = sys.argv[1:] if arguments is None else arguments
    code = settled(lambda: _dispatch(given), "--json" in given)
    if arguments is None and "torch" in sys.modules:
        from tui.signals import end_now

        end_now(code)
    return code


def settled(answered: Callable[[], Settled], as_json: bool = False) -> int:
    """The exit code of an answer, or of the error that it raised, which is said in one line."""
    try:
        answer, code = answered()
        if as_json and answer is not None:
            _object(answer)
        return code
    except BadInput as error:
        return _refuse(str(error), EXIT_BAD_INPUT, as_json)
    except Unavailable as error:
        return _refuse(str(error), EXIT_UNAVAILABLE, as_json)
    except (Stopped, KeyboardInterrupt) as error:
        folder = getattr(error, "folder", None)
        line = f"cancelled; what was done is in {folder}" if folder else "cancelled"
        return _refuse(line, EXIT_CANCELLED, as_json, run=folder and str(folder))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except Exception as error:  # a bug of ours is one line too; a traceback helps no one here
        line = f"{type(error).__name__}: {error}".splitlines()[0]
        return _refuse(line, EXIT_FAILED, as_json)


def _dispatch(given: list[str]) -> Settled:
    if not given:
        return _bare()
    from tui.cli.parser import parser
    from tui.config import adopt_runs, load

    adopt_runs(load())
    args = parser().read(given)
    if args.answer is None:
        return _bare(args)
    answer, code = args.answer(args)
    return answer, code


def _bare(args: Any = None) -> Settled:
    """Open the app; where no terminal is, draw one picture instead."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM") == "dumb":
        from tui.cli.commands import first_picture

        return first_picture()
    from tui.launch import run_app

    return None, run_app(**_chosen(args))


def _chosen(args: Any) -> dict[str, Any]:
    from engine.specs import Open

    asked = {n: v for n in Open.model_fields if (v := getattr(args, n, None)) is not None}
    Open.parse(asked)  # a mistake is said before the app opens
    names = ("images", "color", "bandwidth")
    return asked | {n: v for n in names if (v := getattr(args, n, None)) is not None}


def _refuse(line: str, code: int, as_json: bool, **more: Any) -> int:
    from tui.cli.output import say

    if distributed_env.rank() == 0 or code == EXIT_FAILED:
        say(line)
    if as_json:
        _object({"error": line, "code": code, **more})
    return code


def _object(answer: dict[str, Any]) -> None:
    if distributed_env.rank() == 0:
        sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    sys.exit(main())
