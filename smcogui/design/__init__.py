"""Designs of SmCo-1:7 nanostructures: what is chosen, what follows from it, how it is filed."""

from smcogui.design.analytic import stoner_wohlfarth_coercivity, wall_pinning_field
from smcogui.design.composition import zr_atomic_percent
from smcogui.design.cost import CostEstimate, cost_estimate
from smcogui.design.describe import describe_design
from smcogui.design.design import Design
from smcogui.design.design_file import design_to_toml, load_designs, parse_design_text
from smcogui.design.mesh_advice import Advice, mesh_advice
from smcogui.design.nanostructure import (
    Nanostructure,
    build_nanostructure,
    counted_fractions,
)
from smcogui.design.parameters import (
    FieldChoice,
    GrainBoundary,
    MeshChoice,
    NanostructureParameters,
    RunChoice,
    SolverChoice,
)
from smcogui.design.phases import MagneticPhase, Phase
from smcogui.design.problem import make_problem
from smcogui.design.tables import load_phase

__all__ = [
    "Advice",
    "CostEstimate",
    "Design",
    "FieldChoice",
    "GrainBoundary",
    "MagneticPhase",
    "MeshChoice",
    "Nanostructure",
    "NanostructureParameters",
    "Phase",
    "RunChoice",
    "SolverChoice",
    "build_nanostructure",
    "cost_estimate",
    "counted_fractions",
    "describe_design",
    "design_to_toml",
    "load_designs",
    "load_phase",
    "make_problem",
    "mesh_advice",
    "parse_design_text",
    "stoner_wohlfarth_coercivity",
    "wall_pinning_field",
    "zr_atomic_percent",
]
