"""The built-in solver as the job script starts it, and what has to be brought there for that."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smcogui.errors import InputError, UnavailableError
from smcogui.runs.children import ONE_THREAD
from smcogui.runs.cluster.job_script import SETUP_FAILED, check_path
from smcogui.runs.cluster.node_python import lacking, trouble_of
from smcogui.runs.cluster.shipping import code_shipment, wheels_shipment
from smcogui.runs.cluster.task import TASKS_FILE
from smcogui.runs.spec import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.runs.cluster.probe import RemotePython
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.cluster.shipping import Shipment
    from smcogui.runs.cluster.wheels import WheelCache
    from smcogui.runs.spec import Engine

_RUNNER: Final = "smcogui.app.cluster_runner"
_SMOKE: Final = "smcogui.app.cluster_smoke"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltinSoftware:
    """The built-in solver on a cluster; see :class:`smcogui.app.cluster_software.Software`.

    Parameters
    ----------
    kind : {"builtin", "builtin_gpu"}
        What the profile calls the engine.
    python : str
        Name or path of the Python there, as the job script calls it after the modules.
    scratch : str
        Absolute folder of the profile there.
    shipments : tuple of Shipment
        Our code, and the libraries that are missing there.
    """

    kind: str
    python: str
    scratch: str
    shipments: tuple[Shipment, ...]

    @property
    def engine(self) -> Engine:
        """The solver and its version: the very one of this program."""
        return BUILTIN

    @property
    def body(self) -> str:
        """Lines of shell that do the work of task ``$SMCO_TASK`` in ``$SMCO_FOLDER``."""
        command = f'{_RUNNER} "$SMCO_FOLDER/{TASKS_FILE}" "$SMCO_TASK"'
        return "\n".join([*self._setup(), self._start(command)])

    @property
    def smoke_body(self) -> str:
        """Lines of shell that load the engine, name its device and compute for a moment."""
        return "\n".join([*self._setup(), self._start(f"{_SMOKE} {self.kind}")])

    def install(
        self, connection: Connection, progress: Callable[[float, str], None] = lambda *_: None
    ) -> None:
        """Bring what is missing there; harmless where it is there already."""
        share = 1 / len(self.shipments)
        for number, shipment in enumerate(self.shipments):

            def tell(fraction: float, words: str, begin: float = number * share) -> None:
                progress(begin + fraction * share, words)

            shipment.install(connection, self.scratch, self.python, tell)

    def _setup(self) -> list[str]:
        folders = ":".join(shlex.quote(each.folder(self.scratch)) for each in self.shipments)
        threads = " ".join(f"{name}={value}" for name, value in ONE_THREAD.items())
        missing = shlex.quote(f"smco: there is no {self.python} on this node")
        return [
            # Python takes a while until it listens to the warning; it must not end by it before.
            "trap '' USR1",
            f"PYTHONPATH={folders}${{PYTHONPATH:+:$PYTHONPATH}}",
            # A run takes one core: the results do not depend on how many there are.
            f"export PYTHONPATH {threads}",
            f"command -v {shlex.quote(self.python)} >/dev/null 2>&1 || "
            f"{{ echo {missing}; exit {SETUP_FAILED}; }}",
        ]

    def _start(self, command: str) -> str:
        # exec: the scheduler's signals reach the runner.
        return f"exec {shlex.quote(self.python)} -P -m {command}"


def builtin_software(
    engine: str,
    node: RemotePython,
    scratch: str,
    cache: WheelCache,
    progress: Callable[[float, str], None] = lambda *_: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> BuiltinSoftware:
    """Return the built-in solver for a cluster; fetches the wheels that are missing there.

    Parameters
    ----------
    engine : {"builtin", "builtin_gpu"}
    node : RemotePython
        The Python there.
    scratch : str
        Absolute folder of the profile there.
    cache : WheelCache
    progress, should_stop : callable
        For fetching, which may take minutes the first time.

    Raises
    ------
    UnavailableError
        If the Python there does not serve, or wheels cannot be had; the message says what to do.
    InputError
        If the folder cannot stand in a job script.
    """
    check_path(scratch)
    if engine not in {"builtin", "builtin_gpu"}:
        raise InputError(
            f"{engine!r} is no engine of the built-in solver",
            key="engine",
            given=engine,
            allowed="builtin, builtin_gpu",
        )
    if trouble := trouble_of(node):
        raise UnavailableError(
            trouble, key="python", given=node.version_text, allowed="Python 3.11 to 3.13"
        )
    if engine == "builtin_gpu" and not node.torch_cuda:
        raise UnavailableError(
            f"{node.path} on the cluster has no torch with CUDA, which batches on a GPU need. "
            "Load a module with PyTorch, name a Python that has it, or compute on cores "
            "(engine builtin)",
            key="engine",
            given=engine,
            allowed="builtin",
        )
    shipments = [code_shipment()]
    if lacking(node):
        shipments.append(wheels_shipment(cache.wheels(node, progress, should_stop)))
    return BuiltinSoftware(
        kind=engine, python=node.path, scratch=scratch, shipments=tuple(shipments)
    )
