"""Which runs a submission is for: of campaigns, of designs, of runs of the project."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from smcogui.app.campaign_book import CampaignBook, RunOrder
from smcogui.app.cluster_preview import LeftOut, OrderedRun
from smcogui.app.jobs import no_progress
from smcogui.campaigns.campaign_store import CAMPAIGNS_FOLDER, CampaignStore
from smcogui.data.store import RunStore
from smcogui.design.cost import cost_estimate
from smcogui.design.design_file import design_to_toml, parse_design_text
from smcogui.errors import SmCoError
from smcogui.runs.folder import RUNS_FOLDER
from smcogui.runs.local import is_done
from smcogui.runs.lock import is_locked
from smcogui.runs.mumax3 import require_exchange_rule
from smcogui.runs.place import is_placed, read_place
from smcogui.runs.spec import BUILTIN, ENGINE_WORDS, MUMAX3, Engine, make_run_spec
from smcogui.runs.watch import current_state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from smcogui.app.jobs import ReportProgress
    from smcogui.campaigns.campaign import Campaign
    from smcogui.design.design import Design

DONE: Final = "done already"
AT_WORK: Final = "at work on this machine"
TWICE: Final = "asked for twice"


@dataclass(slots=True, kw_only=True)
class Choice:
    """Runs to submit, and what was left out of those that were asked for.

    Parameters
    ----------
    runs : list of OrderedRun
    names : list of str
        Of the campaigns and designs, for the title.
    reasons : Counter
        Why others were left out.
    notes : list of str
        What else is to be known before they are submitted, in sentences.
    """

    runs: list[OrderedRun] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What was left out, the most frequent reason first."""
        return tuple(LeftOut(reason=each, count=n) for each, n in self.reasons.most_common())

    @property
    def title(self) -> str:
        """Names of what is submitted, for people."""
        shown = ", ".join(self.names[:3])
        return f"{shown} and {len(self.names) - 3} more" if len(self.names) > 3 else shown


class Chooser:
    """Makes up the runs of a submission; writes nothing.

    Parameters
    ----------
    project : Path
    engine : Engine
        What will compute them: part of a run's identity.
    """

    def __init__(self, project: Path, engine: Engine = BUILTIN) -> None:
        self._runs_folder = project / RUNS_FOLDER
        self._store = CampaignStore(project / CAMPAIGNS_FOLDER)
        self._runs = RunStore(self._runs_folder)
        self._engine = engine
        self._seen: set[str] = set()
        self.choice = Choice()

    def add_campaign(self, name: str, progress: ReportProgress = no_progress) -> None:
        """Add the designs of a campaign that wait; takes about 20 ms a design.

        Raises
        ------
        InputError
            If there is no such campaign, or another engine has begun it.
        """
        campaign = self._store.require_engine(name, self._engine.name)
        book = CampaignBook(self._store, name, self._engine)
        book.refresh(self._runs)
        self.choice.notes += _notes(campaign, book, self._engine)
        waiting = list(book.waiting)
        # How long the built-in solver takes the design tells; how fast a card is, only runs do.
        per_cell = book.seconds_per_cell if self._engine.name == MUMAX3 else None
        if campaign.size > len(waiting):
            self.choice.reasons["not waiting (done, at work, submitted or given up)"] += (
                campaign.size - len(waiting)
            )
        self.choice.names.append(name)
        for number, key in enumerate(waiting):
            progress(number / len(waiting))
            try:
                order = book.order_for(key)
            except SmCoError as error:
                self.choice.reasons[error.message] += 1
                continue
            if order is not None:
                design = parse_design_text(order.design, name)[0]
                run = ordered_run(order, design, campaign=name, key=key)
                if per_cell is not None:
                    run = replace(run, gpu_h=per_cell * order.cells * run.cycles / 3600)
                self._add(run)

    def add_design(self, design: Design) -> None:
        """Add a design.

        Raises
        ------
        InputError
            If it cannot be meshed, or wants another exchange rule than MuMax3 there has.
        """
        self.choice.names.append(design.name)
        spec = make_run_spec(design, engine=self._engine)
        if self._engine.name == MUMAX3 and self._engine.version:
            require_exchange_rule(spec)
        order = RunOrder(
            run_id=spec.run_id,
            design=design_to_toml(design),
            options={},
            cells=math.prod(design.cells),
            attempt=None,
        )
        self._add(ordered_run(order, design))

    def add_run(self, run_id: str) -> None:
        """Add the design of a run of the project, as on a cluster it has the same id.

        Raises
        ------
        InputError
            If there is no such run.
        """
        self.add_design(self._runs.record(run_id).design)

    def _add(self, run: OrderedRun) -> None:
        run_id = run.order.run_id
        reason = TWICE if run_id in self._seen else why_not(self._runs_folder / run_id)
        self._seen.add(run_id)
        if reason:
            self.choice.reasons[reason] += 1
            return
        self.choice.runs.append(run)


def _notes(campaign: Campaign, book: CampaignBook, engine: Engine) -> Iterator[str]:
    """Say what a submission changes about a campaign."""
    if campaign.engine != engine.name:
        yield (
            f"Nothing of {campaign.name} was begun yet: with this submission "
            f"{ENGINE_WORDS[engine.name]} computes all of it, here and there."
        )
    others = sorted(book.versions - {engine.version})
    if engine.version and others:
        yield (
            f"{campaign.name} has results of version {', '.join(others)} of "
            f"{ENGINE_WORDS[engine.name]}, and these will be of {engine.version}: a dataset of "
            "both is made only where somebody allows the solver to differ."
        )


def ordered_run(
    order: RunOrder, design: Design, *, name: str = "", campaign: str = "", key: str = ""
) -> OrderedRun:
    """Return the run of an order with what it costs; its name is that of the design by default."""
    return OrderedRun(
        name=name or design.name,
        order=order,
        cpu_h=cost_estimate(design).cpu_s / 3600,
        cycles=design.run.cycles,
        campaign=campaign,
        key=key,
    )


def why_not(folder: Path) -> str:
    """Return why the run of a folder is not submitted; empty where it may be."""
    if not folder.exists():
        return ""
    if is_locked(folder):
        return AT_WORK
    return why_taken(folder)


def why_taken(folder: Path) -> str:
    """Return why a run at which nobody works here is not submitted; empty where it may be."""
    if is_done(folder):
        return DONE
    place = read_place(folder)
    if is_placed(folder) and current_state(folder).state.is_active:
        return f"submitted to {'a cluster' if place is None else place.cluster} already"
    return ""
