"""What ``cluster`` says of profiles, submissions and results."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from smcogui.cli.output import format_value, write_json, write_line, write_table

if TYPE_CHECKING:
    from smcogui.app.cluster_preview import Preview
    from smcogui.app.cluster_views import ClustersView, FetchReport, SubmissionView
    from smcogui.runs.cluster.profile import ClusterProfile

_SHORT: Final = ("title", "cluster", "runs", "waiting", "running", "done", "fetched", "failed")


def tell_profile(profile: ClusterProfile, *, as_json: bool) -> int:
    """Show a profile; return 0."""
    facts = profile.model_dump(mode="json")
    if as_json:
        write_json(facts)
    else:
        write_table([(key, format_value(value)) for key, value in facts.items() if value])
    return 0


def preview_facts(preview: Preview) -> dict[str, Any]:
    """Return what a submission would do, for JSON."""
    return {
        "token": preview.token,
        "cluster": preview.profile.name,
        "title": preview.title,
        "engine": preview.profile.engine,
        "attempt": preview.attempt,
        "runs": len(preview.runs),
        "tasks": [asdict(task) for task in preview.tasks],
        "left_out": [asdict(each) for each in preview.left_out],
        "cpu_h": float(f"{preview.cpu_h:.3g}"),
        "gpu_h": preview.gpu_h,
        "longest_wall_h": float(f"{preview.longest_wall_h:.3g}"),
        "results_MB": float(f"{preview.results_MB:.3g}"),
        "states_MB": float(f"{preview.states_MB:.3g}"),
        "remedies": list(preview.remedies),
        "warnings": list(preview.warnings),
        "folder": preview.folder,
        "script": preview.script,
    }


def tell_preview(preview: Preview, *, as_json: bool) -> int:
    """Show what a submission would do; return 0."""
    facts = preview_facts(preview)
    if as_json:
        write_json(facts)
        return 0
    script, tasks = facts.pop("script"), facts.pop("tasks")
    lists = [facts.pop(name) for name in ("warnings", "remedies")]
    left_out = facts.pop("left_out")
    facts["tasks"] = len(tasks)
    write_table([(key, format_value(value)) for key, value in facts.items()])
    for each in left_out:
        write_line(f"left out: {each['count']} {each['reason']}")
    for words in (*lists[0], *lists[1]):
        write_line(words)
    write_line()
    write_line(script)
    return 0


def tell_submitted(view: SubmissionView, *, as_json: bool) -> int:
    """Show what was submitted; return 0."""
    if as_json:
        write_json(asdict(view))
        return 0
    # 4711 of 4711_3, 4711[3] or 4711.4, as the scheduler writes it.
    job = re.match(r"\d+", view.tasks[-1].job_id) if view.tasks else None
    job_id = job[0] if job is not None else "?"
    write_line(f"{view.runs} runs submitted to {view.cluster} as {view.token}, job {job_id}")
    if view.message:
        write_line(view.message)
    return 0


def tell_view(view: ClustersView, *, as_json: bool) -> None:
    """Show where all submissions stand."""
    if as_json:
        write_json(asdict(view))
        return
    for link in view.links:
        write_line(f"{link.cluster}: {link.contact.value}. {link.message}".strip())
    if not view.submissions:
        write_line("nothing was submitted yet; `cluster submit` does")
    for each in view.submissions:
        write_line()
        facts = asdict(each)
        write_table([("token", each.token), *((k, format_value(facts[k])) for k in _SHORT)])
        write_line(f"used: {each.cpu_h:.3g} core h, {each.gpu_h:.3g} GPU h. {each.message}".strip())
        for task in each.tasks:
            if not task.is_over and task.reason:
                flag = " (for ever, unless you do something)" if task.never_clears else ""
                write_line(f"task {task.number} is {task.state}{flag}: {task.reason}")
        for failure in each.failures:
            write_line(f"{failure.words}, {failure.runs} runs: {failure.remedy}")
    for trouble in view.troubles:
        write_line(trouble)


def tell_report(report: FetchReport, view: ClustersView, *, as_json: bool) -> None:
    """Show what a fetch brought."""
    if as_json:
        failures = [asdict(failure) for failure in view.failures]
        write_json({**asdict(report), "failures": failures})
        return
    write_line(f"{len(report.fetched)} runs fetched ({report.size_MB:.3g} MB), {report.left} left")
    for refused in report.refused:
        write_line(f"not taken: {refused.run_id}: {refused.reason}")
    for unfinished in report.unfinished:
        write_line(f"to be submitted again: {unfinished.run_id}: {unfinished.reason}")
