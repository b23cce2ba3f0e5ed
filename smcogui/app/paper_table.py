"""The paper's Table 1 again: three queries, answered in three ways and simulated in two presets.

The paper's designs were checked by the network that they were found with. Here each is simulated,
beside what the search and an i-NN of the designs at hand find.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.design.design_file import read_design_table
from smcogui.surrogates.candidates import candidates_of
from smcogui.surrogates.features import GEOMETRY
from smcogui.surrogates.forward import READINGS
from smcogui.surrogates.inverse import invert
from smcogui.surrogates.paper_networks import WANTED, cut_to, faults_of
from smcogui.surrogates.queries import make_query
from smcogui.surrogates.search_space import SearchSpace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from smcogui.design.design import Design
    from smcogui.surrogates.forward import Surrogate
    from smcogui.surrogates.paper_networks import PaperNetworks

    Array = NDArray[np.float64]

ALPHA_DEG: Final = 0.0
Z_PHASE: Final = "DFT"
PAPER, SEARCH, I_NN = "paper", "search", "i-NN"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperQuery:
    """A row of Table 1.

    Parameters
    ----------
    wanted : dict
        Hc in T and Φp.
    geometry : tuple of float
        L, d, w_S and w_Z in nm of the paper's i-NN.
    promised : dict
        What the paper's f-NN says of it.
    """

    wanted: dict[str, float]
    geometry: tuple[float, ...]
    promised: dict[str, float]


def _row(wanted: Sequence[float], geometry: Sequence[float], own: Sequence[float]) -> PaperQuery:
    return PaperQuery(
        wanted=dict(zip(WANTED, wanted, strict=True)),
        geometry=tuple(geometry),
        promised=dict(zip(WANTED, own, strict=True)),
    )


TABLE_1: Final = (
    _row((7.0, 0.05), (10.5512, 34.4364, 7.2424, 4.2517), (7.006, 0.0488)),
    _row((5.0, 0.01), (93.6572, 21.5065, 6.365, 9.6443), (5.0007, 0.0121)),
    _row((4.0, 0.0), (120.7757, 13.0958, 6.5392, 12.0948), (4.149, 0.0001)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A design for a query, whoever found it.

    Parameters
    ----------
    source : str
        ``paper``, ``search`` or ``i-NN``.
    wanted : dict
    geometry : tuple of float
        L, d, w_S and w_Z in nm, as they are simulated.
    promised : dict
        Hc and Φp by what found it.
    predicted : dict
        By the surrogate, with intervals and trust.
    faults : tuple of str
        Why what was found was no possible design and had to be cut.
    """

    source: str
    wanted: dict[str, float]
    geometry: tuple[float, ...]
    promised: dict[str, float]
    predicted: dict[str, Any]
    faults: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "source": self.source,
            "wanted": self.wanted,
            **dict(zip(GEOMETRY, self.geometry, strict=True)),
            "promised": self.promised,
            "predicted": self.predicted,
            "faults": list(self.faults),
        }


def answers(surrogate: Surrogate, networks: PaperNetworks | None = None) -> list[Answer]:
    """Return the designs of the paper, of the search and, with networks, of the i-NN by query."""
    space = SearchSpace.of(surrogate, {"alpha_deg": (ALPHA_DEG, ALPHA_DEG)}, (Z_PHASE,))
    found = []
    for query in TABLE_1:
        found.append(_paper_answer(surrogate, space, query))
        result = invert(surrogate, space, query.wanted, count=1)
        best = (*result.candidates, result.nearest)[0]
        assert best is not None  # noqa: S101  (there is a nearest where there are no candidates)
        promised = {name: best.readings[name] for name in WANTED}
        note = () if result.is_reachable else (result.notes[-1],)
        found.append(
            Answer(
                source=SEARCH,
                wanted=query.wanted,
                geometry=_lengths(best.query),
                promised=promised,
                predicted=best.readings,
                faults=note,
            )
        )
        if networks is not None:
            found.append(i_nn_answer(surrogate, space, networks, query.wanted))
    return found


def i_nn_answer(
    surrogate: Surrogate,
    space: SearchSpace,
    networks: PaperNetworks,
    wanted: Mapping[str, float],
) -> Answer:
    """Return what an i-NN finds, cut to a possible design where it is none."""
    raw = networks.find(wanted)
    faults = faults_of(raw, networks, space)
    x = cut_to(space, raw, networks) if faults else space.rounded(raw[None])[0]
    promised = networks.promised(x[None])[0]
    return Answer(
        source=I_NN,
        wanted=dict(wanted),
        geometry=_lengths(x),
        promised=dict(zip(WANTED, promised.tolist(), strict=True)),
        predicted=_predicted(surrogate, space, x[None]),
        faults=tuple(faults),
    )


def design_of(answer: Answer, preset: str, name: str, cycles: int) -> Design:
    """Return the design of an answer with everything else as a preset has it."""
    table: dict[str, Any] = {
        "name": name,
        "preset": preset,
        "nanostructure": dict(zip(GEOMETRY, answer.geometry, strict=True)),
        "material": {"z_phase": Z_PHASE},
        "field": {"alpha_deg": ALPHA_DEG},
        "run": {"cycles": cycles},
    }
    return read_design_table(table, name)


def errors_of(wanted: Mapping[str, float], found: Mapping[str, Any]) -> dict[str, float | None]:
    """Return how far readings are from what was wanted.

    ``joint`` is the paper's ‖ΔY‖/‖Y‖ over (T, –), which nearly ignores Φp; so both stand apart too.
    None where the simulation has no such reading, as where nothing reverses.
    """
    Hc, Phi_p = (found.get(name) for name in WANTED)
    if Hc is None:
        return {"joint": None, "Hc_relative": None, "Phi_p_absolute": None}
    by_Hc = Hc - wanted["mu0_Hc_T"]
    by_Phi_p = None if Phi_p is None else Phi_p - wanted["Phi_p"]
    size = math.hypot(wanted["mu0_Hc_T"], wanted["Phi_p"])
    return {
        "joint": None if by_Phi_p is None else math.hypot(by_Hc, by_Phi_p) / size,
        "Hc_relative": abs(by_Hc) / wanted["mu0_Hc_T"],
        "Phi_p_absolute": None if by_Phi_p is None else abs(by_Phi_p),
    }


def _paper_answer(surrogate: Surrogate, space: SearchSpace, query: PaperQuery) -> Answer:
    x = make_query(
        {**dict(zip(GEOMETRY, query.geometry, strict=True)), "alpha_deg": ALPHA_DEG}, Z_PHASE
    )
    return Answer(
        source=PAPER,
        wanted=query.wanted,
        geometry=query.geometry,
        promised=query.promised,
        predicted=_predicted(surrogate, space, x),
    )


def _predicted(surrogate: Surrogate, space: SearchSpace, x: Array) -> dict[str, Any]:
    columns = [READINGS.index(name) for name in WANTED]
    return candidates_of(surrogate, space, x, columns=columns)[0].readings


def _lengths(query: Array) -> tuple[float, ...]:
    return tuple(float(value) for value in query[: len(GEOMETRY)])
