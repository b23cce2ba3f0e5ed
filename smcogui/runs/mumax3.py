"""The user's own MuMax3 as a backend: as many half-cycles at once as there are GPUs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from smcogui.errors import InputError, UnavailableError
from smcogui.runs.local import LocalBackend
from smcogui.runs.spec import MUMAX3, Engine
from solver.errors import Mumax3Error, ProblemError
from solver.mumax3 import executable
from solver.mumax3.failures import FailureKind
from solver.mumax3.gpu_queue import GPU_VARIABLE, choose
from solver.mumax3.gpus import list_gpus
from solver.mumax3.probe import identify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smcogui.design.design import Design
    from smcogui.runs.spec import RunSpec
    from solver.mumax3.executable import Banner
    from solver.mumax3.gpus import Gpu


class Mumax3Backend(LocalBackend):
    """Runs on this machine with MuMax3.

    Parameters
    ----------
    worker_command : sequence of str
        The command that supervises a run.
    program : callable, optional
        Asked each time for the path of the program; empty to look for it.
    gpus : callable, optional
        Asked each time for the GPUs that may be used, as numbers or UUIDs; empty for all.
    """

    name: ClassVar[str] = MUMAX3

    def __init__(
        self,
        worker_command: Sequence[str],
        *,
        program: Callable[[], str] = lambda: "",
        gpus: Callable[[], str] = lambda: "",
    ) -> None:
        super().__init__(worker_command, processes=lambda: max(1, len(self.usable_gpus())))
        self._program = program
        self._wanted = gpus

    def availability(self) -> str | None:
        """Return what is missing and what to do, or None; takes some seconds the first time."""
        try:
            self.banner()
        except (UnavailableError, InputError) as error:
            return error.message
        return None

    def banner(self) -> Banner:
        """Return version, build and card of the MuMax3 that is used.

        Raises
        ------
        UnavailableError
            If there is none, or it finds no GPU.
        InputError
            If a GPU was asked for that is not there.
        """
        gpus = self.usable_gpus()
        try:
            return identify(executable.find_executable(self._program()), next(iter(gpus), None))
        except Mumax3Error as error:
            raise unavailable(error) from error

    def usable_gpus(self) -> list[Gpu]:
        """Return the GPUs that may be used; InputError where one was asked for that is not."""
        wanted = self._wanted()
        try:
            return choose(list_gpus(), wanted)
        except Mumax3Error as error:
            raise InputError(
                str(error), key="gpu", given=wanted, allowed="the number of a GPU"
            ) from error

    def engine(self) -> Engine:
        """Return MuMax3 with its version, of which the exchange rule is part."""
        return Engine(name=self.name, version=self.banner().version)

    def environment(self) -> dict[str, str]:
        """Return the variables that name program and GPUs to the solver children."""
        return {
            **super().environment(),
            executable.VARIABLE: str(executable.find_executable(self._program())),
            GPU_VARIABLE: self._wanted(),
        }

    def specify(self, design: Design, snapshots_T: Sequence[float] = ()) -> RunSpec:
        """Return the run of a design, or refuse it where the exchange rule is another one."""
        spec = super().specify(design, snapshots_T)
        require_exchange_rule(spec)
        return spec


def require_exchange_rule(spec: RunSpec) -> None:
    """Refuse a run whose exchange rule its version of MuMax3 does not have.

    Raises
    ------
    InputError
    """
    try:
        executable.require_rule(spec.cycles[0].problem, spec.solver_version)
    except ProblemError as error:
        raise InputError(
            str(error), key="solver.exchange_rule", given=error.given, allowed=error.allowed
        ) from error


def unavailable(error: Mumax3Error) -> UnavailableError:
    """Return the error of the program for one of MuMax3, with what to do instead."""
    allowed = "builtin" if error.kind != FailureKind.MISSING else "builtin, or a path of MuMax3"
    return UnavailableError(str(error), key="backend", given=MUMAX3, allowed=allowed)
