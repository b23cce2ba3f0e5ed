"""``campaign``: many designs made, worked off, watched, repaired and exported."""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.campaign_devices import CPU, device_of, engine_name
from smcogui.app.campaign_preview import campaign_cost
from smcogui.app.campaign_queue import CampaignQueue
from smcogui.app.dataset_exports import read_facts
from smcogui.app.project_campaigns import overview_facts
from smcogui.app.session import Session
from smcogui.campaigns.feasibility import Feasibility, Selection
from smcogui.campaigns.paper_grid import TRAINING_FILTERS, paper_like, training_mix
from smcogui.campaigns.plan_file import Plan, read_plan, read_points
from smcogui.cli.output import format_value, write_json, write_line, write_log, write_table
from smcogui.cli.project_verb import Progress, open_project
from smcogui.design.design_file import design_to_toml, load_designs
from smcogui.errors import InputError
from smcogui.runs.spec import ENGINE_WORDS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from smcogui.app.project_campaigns import ProjectCampaigns

_REPORT_S: Final = 60.0
_STOPPED: Final = 130


def execute(options: argparse.Namespace) -> int:
    """Do what was asked for."""
    return _WAYS[options.way](options)


def _new(options: argparse.Namespace) -> int:
    session = Session(options.project.absolute())
    session.campaigns.create(options.name, priority=options.priority, engine=options.engine)
    return _status_of(session.campaigns, [options.name], as_json=options.json)


def _copy(options: argparse.Namespace) -> int:
    campaigns = open_project(options.project).campaigns
    campaigns.copy(options.name, options.to, engine=options.engine)
    return _status_of(campaigns, [options.to], as_json=options.json)


def _add(options: argparse.Namespace) -> int:
    session = open_project(options.project)
    campaigns = session.campaigns
    if options.suggest is not None:
        campaigns.load(options.name)  # made by `new`, not by a slip of the pen
        found = session.surrogates.suggest(options.name, options.suggest, name=options.model)
        _tell_added(options.name, [found], as_json=options.json)
        return 0
    progress = Progress()
    selections = campaigns.add_plans(
        options.name, _plans(options), progress, apart_from=options.apart_from or ()
    )
    progress.end()
    _tell_added(options.name, selections, as_json=options.json)
    return 0


def _run(options: argparse.Namespace) -> int:
    session = open_project(options.project)
    campaigns = session.campaigns
    names = _names_to_run(campaigns, options)
    for name in names:
        campaigns.resume(name)
    stop = _Stop(lambda: _report(campaigns, names))
    CampaignQueue(
        session.project,
        workers=options.workers or (session.processes if options.device == CPU else None),
        device=options.device,
        should_stop=stop,
        packs=not options.no_packing,
    ).run()
    _status_of(campaigns, names, as_json=options.json)
    return _STOPPED if stop.is_asked else 0


def _names_to_run(campaigns: ProjectCampaigns, options: argparse.Namespace) -> list[str]:
    """Return the campaigns that are named, or all, as far as the device computes their engine."""
    chosen = [campaigns.load(name) for name in options.name or ()] or campaigns.records()
    if not chosen:
        raise InputError(
            f"{options.project} has no campaigns; make one with `campaign new`", key="campaign"
        )
    engine = engine_name(options.device)
    others = [campaign for campaign in chosen if campaign.engine != engine]
    if others and (options.name or len(others) == len(chosen)):
        first = others[0]
        raise InputError(
            f"{ENGINE_WORDS[first.engine]} computes the campaign {first.name!r}, and this is "
            f"--device {options.device}. Use --device {device_of(first.engine)}, send it to a "
            "cluster, or copy its designs for another solver with `campaign copy`",
            key="device",
            given=options.device,
            allowed=device_of(first.engine),
        )
    return [campaign.name for campaign in chosen if campaign.engine == engine]


def _status(options: argparse.Namespace) -> int:
    campaigns = open_project(options.project).campaigns
    names = options.name or [campaign.name for campaign in campaigns.records()]
    return _status_of(campaigns, names, as_json=options.json)


def _pause(options: argparse.Namespace) -> int:
    campaigns = open_project(options.project).campaigns
    for name in options.name:
        if options.cancel:
            campaigns.cancel(name)
        else:
            campaigns.pause(name)
    return _status_of(campaigns, options.name, as_json=options.json)


def _priority(options: argparse.Namespace) -> int:
    campaigns = open_project(options.project).campaigns
    campaigns.set_priority(options.name, options.priority)
    return _status_of(campaigns, [options.name], as_json=options.json)


def _repair(options: argparse.Namespace) -> int:
    campaigns = open_project(options.project).campaigns
    count = campaigns.repair(options.name)
    doubts = campaigns.doubts(options.name, refine=True) if options.outliers else []
    again = count + sum(doubt.is_tried for doubt in doubts)
    facts: dict[str, Any] = {"name": options.name, "tried_again": again}
    if options.outliers:
        facts["doubted"] = [doubt.facts() for doubt in doubts]
    if options.json:
        write_json(facts)
        return 0
    for doubt in doubts:
        what = doubt.action or "nothing is left to try"
        write_line(f"{doubt.suspect.trouble.value}: {doubt.key}: {doubt.suspect.reason}: {what}")
    write_line(f"{again} designs of {options.name} are tried again at the next run")
    return 0


def _pack(options: argparse.Namespace) -> int:
    campaigns = open_project(options.project).campaigns
    progress = Progress()
    if options.unpack:
        facts: dict[str, Any] = {"unpacked": campaigns.unpack(options.name, progress)}
    else:
        report = campaigns.pack(options.name, progress)
        facts = {
            "packed": report.packed,
            "packs": [str(path) for path in report.packs],
            "freed_MB": round(report.freed / 1e6, 3),
            "left": dict(report.left),
        }
    progress.end()
    if options.json:
        write_json({"name": options.name, **facts})
        return 0
    left = facts.pop("left", {})
    packs = facts.pop("packs", [])
    write_table([(key, format_value(value)) for key, value in facts.items()])
    for path in packs:
        write_line(path)
    for reason, count in left.items():
        write_line(f"left as they are: {count} {reason}")
    return 0


def _export(options: argparse.Namespace) -> int:
    campaigns = open_project(options.project).campaigns
    progress = Progress()
    sheet = campaigns.export(
        options.name,
        options.out.absolute(),
        progress,
        stem=options.stem,
        title=options.title,
        how=options.how,
        may_differ=options.may_differ or (),
        only=options.only or (),
        exclude=options.exclude or (),
    )
    progress.end()
    facts = read_facts(sheet.parent)
    if options.json:
        write_json({"folder": str(sheet.parent), "datasheet": str(sheet), **facts})
        return 0
    _tell_left(facts)
    write_line(f"version {facts['version']}, {facts['designs']} designs: {sheet}")
    return 0


def _release(options: argparse.Namespace) -> int:
    campaigns = open_project(options.project).campaigns
    progress = Progress()
    sheet = campaigns.release(
        options.out.absolute(),
        progress,
        names=options.name or (),
        title=options.title,
        may_differ=options.may_differ or (),
    )
    progress.end()
    facts = read_facts(sheet.parent)
    if options.json:
        write_json({"folder": str(sheet.parent), "datasheet": str(sheet), **facts})
        return 0
    for name, numbers in facts["sets"].items():
        write_line(f"{name}: {numbers['designs']} designs, {numbers['half_cycles']} half-cycles")
    _tell_left(facts)
    write_line(f"version {facts['version']}, {facts['designs']} designs: {sheet}")
    return 0


def _tell_left(facts: dict[str, Any]) -> None:
    for row in facts["left_out"]:
        write_line(f"left out: {row['count']} because of {row['reason']}")


_WAYS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "new": _new,
    "copy": _copy,
    "add": _add,
    "run": _run,
    "status": _status,
    "pause": _pause,
    "priority": _priority,
    "repair": _repair,
    "pack": _pack,
    "export": _export,
    "release": _release,
}


def _plans(options: argparse.Namespace) -> list[Plan]:
    base = Session.example("base")
    if options.base is not None:
        base = load_designs(options.base)[0]
    text = design_to_toml(base)
    filters = Feasibility(
        least_wall_cells=options.least_wall_cells,
        least_gap_cells=options.least_gap_cells,
        least_exchange_length_nm=options.least_exchange_length,
    )
    if options.plan is not None:
        return [read_plan(options.plan, text)]
    if options.points is not None:
        return [Plan(sampling=read_points(options.points, text), filters=filters)]
    if options.training is not None:
        mix = training_mix(text, options.training, options.seed)
        return [Plan(sampling=sampling, filters=TRAINING_FILTERS) for sampling in mix]
    return [Plan(sampling=paper_like(text), filters=filters)]


def _tell_added(name: str, selections: list[Selection], *, as_json: bool) -> None:
    members = [member for selection in selections for member in selection.members]
    removed = [removal for selection in selections for removal in selection.removals]
    cost = campaign_cost(members)
    facts: dict[str, Any] = {
        "name": name,
        "drawn": sum(selection.drawn for selection in selections),
        "added": len(members),
        "left_out": [{"reason": each.reason, "count": each.count} for each in removed],
        "cpu_h": float(f"{cost.cpu_h:.3g}"),
        "gpu_h": cost.gpu_h,
        "disk_MB": float(f"{cost.disk_MB:.3g}"),
    }
    if as_json:
        write_json(facts)
        return
    rows = facts.pop("left_out")
    write_table([(key, format_value(value)) for key, value in facts.items()])
    for row in rows:
        write_line(f"left out: {row['count']} because {row['reason']}")


def _status_of(campaigns: ProjectCampaigns, names: list[str], *, as_json: bool) -> int:
    found = [overview_facts(campaigns.load(name), campaigns.overview(name)) for name in names]
    if as_json:
        write_json({"campaigns": found, "queue_works": campaigns.queue_works})
        return 0
    if not found:
        write_line("no campaigns yet; `campaign new` makes one")
    for facts in found:
        failures = facts.pop("failures")
        write_table([(key, format_value(value)) for key, value in facts.items()])
        for failure in failures:
            write_line(f"failed: {failure['design']}: {failure['reason']}")
    return 0


class _Stop:
    """Whether SIGINT or SIGTERM arrived; asked so often that it also gives the reports."""

    def __init__(self, report: Callable[[], None]) -> None:
        self.is_asked = False
        self._report = report
        self._next_s = time.monotonic() + _REPORT_S
        for name in ("SIGINT", "SIGTERM"):
            signal.signal(getattr(signal, name), self._ask)

    def __call__(self) -> bool:
        if time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + _REPORT_S
            self._report()
        return self.is_asked

    def _ask(self, _number: int, _frame: object) -> None:
        self.is_asked = True


def _report(campaigns: ProjectCampaigns, names: list[str]) -> None:
    for name in names:
        facts = overview_facts(campaigns.load(name), campaigns.overview(name))
        rate, eta_s = facts["rate_per_h"], facts["eta_s"]
        pace = "" if rate is None else f", {rate:.0f} per hour"
        left = "" if eta_s is None else f", about {eta_s / 3600:.1f} h to go"
        write_log(
            f"{time.strftime('%H:%M')} {name}: {facts['done']} of {facts['designs']} done, "
            f"{facts['failed']} failed{pace}{left}"
        )
    sys.stderr.flush()
