"""The request of a run, to be asked for again with what its folder kept."""

from engine.specs import Illusion, Spec
from screens.session import RunState


def again(trace: RunState) -> Spec:
    """The same request: an illusion's own views and pictures are the copies that its run has.

    Raises BadInput where only a file names code that draws it: nobody has asked for that here.
    """
    from engine.runs.illusions import files  # late: it brings the views

    if not isinstance(trace.spec, Illusion):
        return trace.spec
    return files.without_code(files.own(trace.spec, trace.folder))


def without_code(trace: RunState) -> Spec:
    """The same, where such a view is the identity in the end: something to begin with."""
    from engine.runs.illusions import files

    spec = trace.spec
    if not isinstance(spec, Illusion):
        return spec
    own = files.own(spec, trace.folder)
    code = [name for name in own.view_files() if name.lower().endswith(".py")]
    return own.replaced(dict.fromkeys(code, "identity"))
