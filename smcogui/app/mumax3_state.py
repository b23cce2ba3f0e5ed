"""Whether MuMax3 can be used here, with which version and on how many GPUs; else why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smcogui.errors import InputError, UnavailableError
from smcogui.runs.spec import MUMAX3, Engine

if TYPE_CHECKING:
    from smcogui.design.design import Design
    from smcogui.runs.mumax3 import Mumax3Backend


@dataclass(frozen=True, slots=True, kw_only=True)
class Mumax3State:
    """What was found.

    Parameters
    ----------
    version, exchange_rule : str
        Empty where it cannot be used.
    gpus : tuple of str
        Names of the cards, each of which computes a half-cycle at a time.
    why_not : str
        What is missing and what to do; empty where it can be used.
    """

    version: str = ""
    exchange_rule: str = ""
    gpus: tuple[str, ...] = ()
    why_not: str = ""

    @property
    def label(self) -> str:
        """Name and version for people."""
        return Engine(name=MUMAX3, version=self.version).label.strip()

    def refusal(self, design: Design) -> str:
        """Return why a design cannot be computed; empty where it can."""
        wanted = design.solver.exchange_rule
        if self.why_not or wanted == self.exchange_rule:
            return self.why_not
        return (
            f"the design has the exchange rule {wanted}, and {self.label} computes with "
            f"{self.exchange_rule}"
        )


def find_mumax3(backend: Mumax3Backend) -> Mumax3State:
    """Start MuMax3 and let it say who it is; takes some seconds the first time."""
    try:
        banner = backend.banner()
        gpus = tuple(gpu.name for gpu in backend.usable_gpus())
    except (UnavailableError, InputError) as error:
        return Mumax3State(why_not=error.message)
    return Mumax3State(
        version=banner.version,
        exchange_rule=banner.exchange_rule,
        gpus=gpus or tuple(filter(None, [banner.gpu])),
    )
