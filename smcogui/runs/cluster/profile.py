"""What is known of a cluster: where it is, how to sign in, what jobs ask for; never a secret.

One TOML file for each profile, ``clusters/NAME.toml`` in the folder of the settings.
"""

from __future__ import annotations

import os
import re
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from smcogui.errors import InputError
from smcogui.runs.cluster.profile_fields import (
    CONSTRAINT,
    FOLLOW,
    JOBS,
    MODULE,
    NAME,
    RESOURCE,
    SOFTWARE,
    WHERE,
    Line,
    about,
    whole_number,
    word,
)

PROFILE_VERSION: Final = 1
SHORTEST_POLL_S: Final = 30.0
"""Schedulers serve hundreds of users: nobody asks them more often."""
POLL_VARIABLE: Final = "SMCOGUI_TEST_POLL_S"
"""Shortest polling of a scheduler that belongs to a test."""

CONNECTION_FIELDS: Final = (
    "name",
    "host",
    "port",
    "user",
    "sign_in",
    "identity_file",
    "remember_secrets",
)
"""What a connection hangs on; where one of them changes, it has to be opened anew."""

SignInMethod = Literal["agent", "key", "keyboard_interactive", "password"]
Engine = Literal["builtin", "builtin_gpu", "mumax3"]
SchedulerChoice = Literal["as_found", "slurm", "pbs", "sge"]

_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class ClusterProfile(BaseModel):
    """One cluster and how jobs run there; each field says what it is and what is allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: Annotated[
        str,
        Field(
            pattern=f"^{NAME}$",
            title="Name",
            description="How you call the cluster; jobs and records carry it.",
            json_schema_extra=about(
                WHERE, "1 to 64 letters, digits, dots, hyphens and underscores; no dot in front"
            ),
        ),
    ]
    host: Annotated[
        Line,
        Field(
            pattern=r"^[A-Za-z0-9_\[][A-Za-z0-9._:%\[\]-]{0,254}$",
            title="Host",
            description="The login node, or its alias in your ssh configuration.",
            json_schema_extra=about(WHERE, "a host name, an address or an alias"),
        ),
    ]
    port: Annotated[
        int | None,
        Field(
            ge=1,
            le=65_535,
            title="Port",
            description="Empty for what the ssh configuration says, else 22.",
            json_schema_extra=about(WHERE, "a whole number from 1 to 65535, or nothing"),
        ),
    ] = None
    user: Annotated[
        Line,
        Field(
            pattern=r"^[^\s@:/\\-][^\s:/\\]{0,127}$|^$",
            title="User",
            description="Empty for what the ssh configuration says, else your name here.",
            json_schema_extra=about(WHERE, "the name of your account there, or nothing"),
        ),
    ] = ""
    sign_in: Annotated[
        tuple[SignInMethod, ...],
        Field(
            min_length=1,
            max_length=4,
            title="Ways to sign in",
            description="Tried in this order, as far as the cluster offers them.",
            json_schema_extra=about(
                WHERE, "some of agent, key, keyboard_interactive, password, each once"
            ),
        ),
    ] = ("agent", "key", "keyboard_interactive", "password")
    identity_file: Annotated[
        Line,
        Field(
            max_length=4096,
            title="Private key",
            description="Empty for those of the ssh configuration and the usual places.",
            json_schema_extra=about(WHERE, "a path on this computer, or nothing"),
        ),
    ] = ""
    remember_secrets: Annotated[
        bool,
        Field(
            title="Remember the password",
            description="In the keyring of the operating system; one-time codes never.",
            json_schema_extra=about(WHERE, "true or false"),
        ),
    ] = False
    scheduler: Annotated[
        SchedulerChoice,
        Field(
            title="Scheduler",
            description="As found takes the one that the cluster has.",
            json_schema_extra=about(JOBS, "as_found, slurm, pbs or sge"),
        ),
    ] = "as_found"
    partition: Annotated[
        str, word("Partition", "Or queue, as PBS and SGE say; empty for the cluster's default.")
    ] = ""
    account: Annotated[
        str, word("Account", "Whose hours are used, a project of SGE; empty for your default.")
    ] = ""
    qos: Annotated[str, word("QOS", "Quality of service of Slurm; empty for your default.")] = ""
    gres: Annotated[str, word("Generic resources", "Such as gpu:1 or gpu:v100:1.")] = ""
    constraint: Annotated[
        str,
        Field(
            pattern=f"^{CONSTRAINT}$",
            title="Constraint",
            description="Features that a node must have, such as v100|a100.",
            json_schema_extra=about(JOBS, "features with & | , * ( ) [ ] between, or nothing"),
        ),
    ] = ""
    time_limit_min: Annotated[
        int,
        whole_number(
            JOBS,
            (1, 525_600),
            "Time limit of a task",
            "A task that is not done by then is stopped; what it finished is kept.",
            unit="min",
        ),
    ] = 240
    memory_MB: Annotated[
        int,
        whole_number(
            JOBS,
            (0, 16_777_216),
            "Memory of a task",
            "0 leaves it to the cluster's default.",
            unit="MB",
        ),
    ] = 4000
    cpus: Annotated[
        int,
        whole_number(
            JOBS,
            (1, 1024),
            "Cores of a task",
            "A job computes as many simulations beside each other.",
        ),
    ] = 4
    chunk: Annotated[
        int,
        whole_number(
            JOBS,
            (1, 1000),
            "Simulations of a task",
            "Computed one after the other; 25 to 50 suit most clusters.",
        ),
    ] = 25
    throttle: Annotated[
        int, whole_number(JOBS, (0, 100_000), "Tasks at once", "0 leaves it to the cluster.")
    ] = 0
    requeue: Annotated[
        bool,
        Field(
            title="Requeue by the cluster",
            description="After a failed node or a preemption the cluster starts the task again.",
            json_schema_extra=about(JOBS, "true or false"),
        ),
    ] = True
    sbatch_extras: Annotated[
        tuple[Line, ...],
        Field(
            max_length=64,
            title="More options for the scheduler",
            description="One a line, such as --exclusive; written into the script as they are.",
            json_schema_extra=about(JOBS, "lines that begin with -, without #SBATCH, #PBS or #$"),
        ),
    ] = ()
    parallel_environment: Annotated[
        str,
        Field(
            pattern=f"^{RESOURCE}$",
            title="Parallel environment",
            description="Of SGE only: by which it gives several cores of one node.",
            json_schema_extra=about(JOBS, "a name that `qconf -spl` lists"),
        ),
    ] = "smp"
    memory_resource: Annotated[
        str,
        Field(
            pattern=f"^(?:{RESOURCE})?$",
            title="Memory resource",
            description="Of SGE only: by which it is asked for memory; empty asks for none.",
            json_schema_extra=about(JOBS, "such as mem_free, h_vmem or m_mem_free, or nothing"),
        ),
    ] = "mem_free"
    engine: Annotated[
        Engine,
        Field(
            title="Solver",
            description="Built-in on cores, built-in in batches on a GPU, or MuMax3.",
            json_schema_extra=about(SOFTWARE, "builtin, builtin_gpu or mumax3"),
        ),
    ] = "builtin"
    scratch: Annotated[
        Line,
        Field(
            max_length=1024,
            title="Folder on the cluster",
            description="Where runs are computed; all nodes must see it.",
            json_schema_extra=about(SOFTWARE, "a path that begins with / or ~/, without .."),
        ),
    ] = "~/smco-studio"
    modules: Annotated[
        tuple[Annotated[str, Field(pattern=f"^{MODULE}$")], ...],
        Field(
            max_length=64,
            title="Modules",
            description="Loaded in this order before the solver starts.",
            json_schema_extra=about(SOFTWARE, "names as module load takes them"),
        ),
    ] = ()
    prologue: Annotated[
        str,
        Field(
            max_length=65_536,
            title="Prologue",
            description="Lines of shell that run after the modules are loaded.",
            json_schema_extra=about(SOFTWARE, "lines of text"),
        ),
    ] = ""
    python: Annotated[
        Line,
        Field(
            max_length=1024,
            title="Python there",
            description="Empty for what the probe finds.",
            json_schema_extra=about(SOFTWARE, "a path of a program, a name, or nothing"),
        ),
    ] = ""
    mumax3: Annotated[
        Line,
        Field(
            max_length=1024,
            title="MuMax3 there",
            description="Empty for what the probe finds.",
            json_schema_extra=about(SOFTWARE, "a path of a program, a name, or nothing"),
        ),
    ] = ""
    poll_s: Annotated[
        float,
        Field(
            le=86_400.0,
            title="Ask the scheduler every",
            description="More rarely where nothing changes.",
            json_schema_extra=about(FOLLOW, "a number from 30 to 86400 s", "s"),
        ),
    ] = 60.0

    clean_after_days: Annotated[
        int,
        whole_number(
            FOLLOW,
            (0, 3650),
            "Clean up after",
            "What is fetched and checked is removed there then; 0 keeps it. Field "
            "states that were not fetched go with it.",
            unit="days",
        ),
    ] = 0

    def connects_like(self, other: ClusterProfile) -> bool:
        """Tell whether a connection that was opened for another profile serves this one too."""
        return all(getattr(self, name) == getattr(other, name) for name in CONNECTION_FIELDS)

    @field_validator("name")
    @classmethod
    def _is_a_file_name(cls, value: str) -> str:
        if _DEVICES.fullmatch(value):
            raise ValueError(value)
        return value

    @field_validator("sign_in")
    @classmethod
    def _each_once(cls, value: tuple[SignInMethod, ...]) -> tuple[SignInMethod, ...]:
        if len(set(value)) != len(value):
            raise ValueError(value)
        return value

    @field_validator("scratch")
    @classmethod
    def _is_posix(cls, value: str) -> str:
        inside = value.startswith(("/", "~/")) and ".." not in value.split("/")
        if not inside or not value.strip("/~"):
            raise ValueError(value)
        return value.rstrip("/")

    @field_validator("sbatch_extras")
    @classmethod
    def _are_options(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        lines = tuple(re.sub(r"^#(?:SBATCH|PBS|\$)", "", line).strip() for line in value)
        if not all(line.startswith("-") for line in lines):
            raise ValueError(value)
        return lines

    @field_validator("prologue")
    @classmethod
    def _has_posix_lines(cls, value: str) -> str:
        if "\0" in value:
            raise ValueError(value)
        return value.replace("\r\n", "\n").replace("\r", "\n")

    @field_validator("poll_s")
    @classmethod
    def _is_patient(cls, value: float) -> float:
        if value < float(os.environ.get(POLL_VARIABLE) or SHORTEST_POLL_S):
            raise ValueError(value)
        return value


def make_profile(**values: Any) -> ClusterProfile:
    """Return a profile of values that a person gave.

    Raises
    ------
    InputError
        If a value is not allowed; the message names the field, the value and what is allowed.
    """
    try:
        return ClusterProfile(**values)
    except ValidationError as error:
        wrong = explain_values(error)
        name = str(error.errors()[0]["loc"][0])
        raise InputError(
            f"the profile of the cluster cannot be used: {'; '.join(wrong)}",
            key=name,
            given=repr(values.get(name)),
            allowed=allowed_of(name),
        ) from None


def explain_values(error: ValidationError) -> list[str]:
    """Return, for each value that is wrong, what was given and what is allowed."""
    from difflib import get_close_matches

    found: dict[str, str] = {}
    for problem in error.errors(include_url=False):
        name = str(problem["loc"][0])
        if problem["type"] == "missing":
            found[name] = f"{name} is missing; allowed is {allowed_of(name)}"
        elif name in ClusterProfile.model_fields:
            found[name] = f"{name} is {problem['input']!r}; allowed is {allowed_of(name)}"
        else:
            near = get_close_matches(name, ClusterProfile.model_fields, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            found[name] = f"{name} is no field of a profile{hint}"
    return list(found.values())


def allowed_of(name: str) -> str:
    """Return what a field of a profile may be, in words."""
    field = ClusterProfile.model_fields.get(name)
    extra = field.json_schema_extra if field else None
    return str(extra["allowed"]) if isinstance(extra, dict) else "one of the fields of a profile"
