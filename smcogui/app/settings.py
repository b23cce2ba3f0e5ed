"""What a user may choose once for all, where it is kept, and how the program starts its parts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from smcogui.runs.children import program

APPLICATION: Final = "SmCo Studio"
CONFIG_VARIABLE: Final = "SMCOGUI_CONFIG"
PREFIX: Final = "SMCOGUI_"
SETTINGS_VERSION: Final = 1

_RUNS, _DESIGNS, _LOOKS, _NOTICES = "Project and runs", "New designs", "Appearance", "Notifications"
_ENGINES = "Solvers"
_PLOTS = "Plot of a run"


def _about(section: str, allowed: str, unit: str = "") -> dict[str, Any]:
    return {"section": section, "allowed": allowed, "unit": unit}


class Settings(BaseModel):
    """The settings; each field carries its title, description, section and what is allowed.

    Each can be overridden for one start by a variable of the environment: ``SMCOGUI_`` and the
    name in capitals, such as ``SMCOGUI_PROCESSES``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    project: Annotated[
        str,
        Field(
            title="Project folder",
            description="Opened where no project is named; empty for the program's own folder.",
            json_schema_extra=_about(_RUNS, "an absolute path of a folder, or nothing"),
        ),
    ] = ""
    processes: Annotated[
        int,
        Field(
            ge=0,
            le=256,
            title="Half-cycles at once",
            description="Solver processes of a run, one thread each; 0 takes every processor. "
            "The results do not depend on it. Runs that are started from now on use it.",
            json_schema_extra=_about(_RUNS, "a whole number from 0 (every processor) to 256"),
        ),
    ] = 0
    cell_nm: Annotated[
        float,
        Field(
            ge=0.05,
            le=10.0,
            title="Cell size",
            description="Edge of a cell in new designs. 0.5 nm is for results, 1 nm for a look.",
            json_schema_extra=_about(_DESIGNS, "a number from 0.05 to 10 nm", "nm"),
        ),
    ] = 0.5
    backend: Annotated[
        Literal["builtin", "mumax3"],
        Field(
            title="Solver of new runs",
            description="What the window computes new runs with; the Simulation tab switches it "
            "too. Series use the built-in solver; the command line has --backend.",
            json_schema_extra=_about(_ENGINES, "builtin or mumax3"),
        ),
    ] = "builtin"
    mumax3: Annotated[
        str,
        Field(
            title="MuMax3 program",
            description="The mumax3 that you installed, or its folder; empty to look for it: the "
            "variable MUMAX3, the PATH, the usual places.",
            json_schema_extra=_about(_ENGINES, "a path of a program or folder, or nothing"),
        ),
    ] = ""
    mumax3_gpus: Annotated[
        str,
        Field(
            pattern=r"^\s*[\w-]*(\s*,\s*[\w-]+)*\s*$",
            title="GPUs for MuMax3",
            description="Numbers as nvidia-smi shows them, with commas between; empty for all. "
            "Each computes one half-cycle at a time.",
            json_schema_extra=_about(_ENGINES, "numbers with commas between, or nothing"),
        ),
    ] = ""
    theme: Annotated[
        Literal["system", "light", "dark"],
        Field(
            title="Theme",
            description="Light, dark, or as the system has it.",
            json_schema_extra=_about(_LOOKS, "system, light or dark"),
        ),
    ] = "system"
    field_unit: Annotated[
        Literal["T", "kA/m", "kOe"],
        Field(
            title="Unit of fields",
            description="Used for fields in plots, tables and exports.",
            json_schema_extra=_about(_LOOKS, "T, kA/m or kOe"),
        ),
    ] = "T"
    energy_unit: Annotated[
        Literal["", "kJ/m³", "MGOe"],
        Field(
            title="Unit of energy densities",
            description="Used for (BH)max; it may follow the unit of fields.",
            json_schema_extra=_about(_LOOKS, "kJ/m³, MGOe, or nothing to follow the fields"),
        ),
    ] = ""
    ghost: Annotated[
        bool,
        Field(
            title="Ghost of the previous design",
            description="Marks what an edit changed: the old value beside the new one.",
            json_schema_extra=_about(_LOOKS, "true or false"),
        ),
    ] = True
    plot_half_cycles: Annotated[
        bool,
        Field(
            title="Single half-cycles",
            description="Thin lines beside their mean.",
            json_schema_extra=_about(_PLOTS, "true or false"),
        ),
    ] = True
    plot_band: Annotated[
        bool,
        Field(
            title="Band of the half-cycles",
            description="From the lowest to the highest of them.",
            json_schema_extra=_about(_PLOTS, "true or false"),
        ),
    ] = True
    plot_anisotropy: Annotated[
        bool,
        Field(
            title="Anisotropy fields",
            description="Analytic: 2K/(μ₀Ms) of each phase that is present.",
            json_schema_extra=_about(_PLOTS, "true or false"),
        ),
    ] = False
    plot_pinning: Annotated[
        bool,
        Field(
            title="Wall-pinning fields",
            description="Analytic: what drives a wall over each boundary of phases.",
            json_schema_extra=_about(_PLOTS, "true or false"),
        ),
    ] = False
    plot_rotation: Annotated[
        bool,
        Field(
            title="Stoner–Wohlfarth curve",
            description="Analytic: coherent rotation of 2:17 at the angle of the field.",
            json_schema_extra=_about(_PLOTS, "true or false"),
        ),
    ] = False
    notify: Annotated[
        bool,
        Field(
            title="Notify when a job ends",
            description="Only where the window is not in front.",
            json_schema_extra=_about(_NOTICES, "true or false"),
        ),
    ] = True
    notify_after_s: Annotated[
        float,
        Field(
            ge=0.0,
            le=86_400.0,
            title="Only for jobs longer than",
            description="Shorter jobs end without a notification.",
            json_schema_extra=_about(_NOTICES, "a number from 0 to 86400 s", "s"),
        ),
    ] = 30.0

    @field_validator("project")
    @classmethod
    def _is_a_folder(cls, value: str) -> str:
        if not value.strip():
            return ""
        folder = Path(value.strip()).expanduser()
        if not folder.is_absolute() or folder.is_file():
            raise ValueError(value)
        return str(folder)

    @property
    def project_folder(self) -> Path:
        """Folder of the project that is opened where none is named."""
        if self.project:
            return Path(self.project)
        return user_data_folder() / "projects" / "default"


def variable_of(name: str) -> str:
    """Return the variable of the environment that overrides a setting."""
    return f"{PREFIX}{name.upper()}"


def user_data_folder() -> Path:
    """Return the folder of this user's data, as the operating system has it."""
    import platformdirs

    return Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))


def user_config_folder() -> Path:
    """Return the folder of settings and layout: ``SMCOGUI_CONFIG``, else the system's."""
    given = os.environ.get(CONFIG_VARIABLE)
    if given:
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_config_dir(APPLICATION, appauthor=False))


def worker_command() -> list[str]:
    """Return the command that supervises a run; the run's folder is appended to it."""
    return program("smcogui.app.worker", "--run-worker")


def user_cache_folder() -> Path:
    """Return the folder of what can be fetched again, as the system has it."""
    import platformdirs

    return Path(platformdirs.user_cache_dir(APPLICATION, appauthor=False))
