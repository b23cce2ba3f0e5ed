"""``cluster``: profiles, submissions, and what becomes of them."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.cluster_field_states import StatesReport
from smcogui.app.cluster_views import Contact
from smcogui.app.session import Session
from smcogui.app.worker import StopSignals
from smcogui.cli.cluster_arguments import PROFILE_OPTIONS
from smcogui.cli.cluster_output import (
    preview_facts,
    tell_preview,
    tell_profile,
    tell_report,
    tell_submitted,
    tell_view,
)
from smcogui.cli.output import write_json, write_line, write_log
from smcogui.cli.project_verb import Progress, open_project
from smcogui.cli.terminal_asker import TerminalAsker
from smcogui.errors import ClusterError, InputError
from smcogui.runs.cluster.profile import make_profile

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from smcogui.app.cluster_field_states import FieldStates
    from smcogui.app.cluster_preview import Preview
    from smcogui.app.cluster_views import ClustersView, SubmissionView
    from smcogui.app.project_clusters import ProjectClusters

_TICK_S: Final = 0.5
_FAILED: Final = 3
_STOPPED: Final = 130


def execute(options: argparse.Namespace) -> int:
    """Do what was asked for."""
    session = Session() if "project" not in options else open_project(options.project)
    clusters = session.clusters
    clusters.ask_with(TerminalAsker(getattr(options, "host_key", "")))
    try:
        return _WAYS[options.way](options, session)
    finally:
        clusters.close()


# ---------------------------------------------------------------------- profiles
def _add(options: argparse.Namespace, session: Session) -> int:
    clusters = session.clusters
    known = {each.name: each for each in clusters.profiles()}.get(options.cluster)
    values: dict[str, Any] = {} if known is None else known.model_dump(exclude_none=True)
    profile = make_profile(**{**values, **_given(options), "name": options.cluster})
    clusters.save_profile(profile)
    return tell_profile(profile, as_json=options.json)


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """Return the fields of a profile that were given."""
    lists = ("sign_in", "modules", "sbatch_extras")
    names = (*PROFILE_OPTIONS, "engine", "scheduler", *lists)
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    for name in ("requeue", "remember_secrets"):
        if getattr(options, name) is not None:
            given[name] = getattr(options, name) == "yes"
    if options.prologue is not None:
        given["prologue"] = options.prologue.read_text(encoding="utf-8")
    return given


def _remove(options: argparse.Namespace, session: Session) -> int:
    session.clusters.remove_profile(options.cluster)
    if options.json:
        write_json({"removed": options.cluster})
    else:
        write_line(f"the profile {options.cluster} is removed; jobs there go on")
    return 0


def _check(options: argparse.Namespace, session: Session) -> int:
    report = session.clusters.probe(options.cluster)
    if options.json:
        write_json({**asdict(report), "can_run": report.can_run})
    else:
        for finding in (*report.findings, *report.solvers):
            write_line(f"{finding.level}: {finding.check}: {finding.message} {finding.remedy}")
    return 0 if report.can_run else _FAILED


# ---------------------------------------------------------------------- submitting
def _submit(options: argparse.Namespace, session: Session) -> int:
    clusters, progress = session.clusters, Progress()
    designs = [design for path in options.design for design in session.load_designs(path)]

    def prepare() -> Preview:
        found = clusters.prepare(
            clusters.profile(options.cluster),
            campaigns=options.name,
            designs=designs,
            run_ids=options.run,
            progress=progress,
        )
        progress.end()
        return found

    preview = prepare()
    if options.preview:
        return tell_preview(preview, as_json=options.json)
    if options.test_only:
        tested = clusters.test_only(preview)
        if options.json:
            write_json(asdict(tested))
        else:
            write_line(tested.words)
        return 0 if tested.is_accepted else _FAILED
    if options.smoke:
        _smoke(clusters, preview)
        if preview.needs_trial:
            # Now the version is known that the runs depend on.
            preview = prepare()
    return tell_submitted(clusters.submit(preview, progress), as_json=options.json)


def _smoke(clusters: ProjectClusters, preview: Preview) -> None:
    with StopSignals() as should_stop:
        answer = clusters.smoke(preview, _log_progress, should_stop)
    write_log(f"{answer.words} ({answer.node}, {answer.device}, {answer.wall_s:.0f} s)")
    if not answer.ok:
        raise ClusterError(
            f"{answer.words}. Nothing was submitted", key="smoke", given=answer.log[-500:]
        )


def _log_progress(fraction: float | None, message: str = "") -> None:
    if message:
        write_log(message)


def _resubmit(options: argparse.Namespace, session: Session) -> int:
    found: list[Any] = []
    for token in options.token:
        preview = session.clusters.prepare_resubmit(token)
        if options.preview:
            found.append(preview_facts(preview))
        else:
            found.append(asdict(session.clusters.submit(preview)))
    if options.json:
        write_json({"previews" if options.preview else "submissions": found})
        return 0
    for facts in found:
        write_line(f"{facts['token']}: {facts['runs']} runs, {facts['title']}")
        for words in facts.get("remedies", ()):
            write_line(f"  {words}")
    return 0


# ---------------------------------------------------------------------- following
def _status(options: argparse.Namespace, session: Session) -> int:
    clusters = session.clusters
    if options.follow:
        code, _ = _follow(clusters, [])
        tell_view(clusters.view(), as_json=options.json)
        return code
    view = clusters.view() if options.offline else clusters.look()
    tell_view(view, as_json=options.json)
    return 0


def _fetch(options: argparse.Namespace, session: Session) -> int:
    if options.states:
        return _fetch_states(options, session.clusters.field_states)
    clusters, progress = session.clusters, Progress()
    code = 0
    with StopSignals() as should_stop:
        report = clusters.fetch(options.token, progress, should_stop)
    progress.end()
    if options.wait and report.left:
        code, followed = _follow(clusters, options.token)
        last = clusters.fetch(options.token)
        came = tuple(dict.fromkeys((*report.fetched, *followed, *last.fetched)))
        size_MB = report.size_MB + last.size_MB
        report = replace(last, fetched=came, size_MB=size_MB)
    tell_report(report, clusters.view(), as_json=options.json)
    return code


def _fetch_states(options: argparse.Namespace, states: FieldStates) -> int:
    progress = Progress()
    there = states.look(options.token, options.run, progress)
    progress.end()
    write_log(f"{len(there.states)} field states of {there.runs} runs, {there.size_MB:.3g} MB")
    report = StatesReport()
    if not options.preview:
        with StopSignals() as should_stop:
            report = states.fetch(there, progress, should_stop)
        progress.end()
    facts = {"there": len(there.states), "there_MB": there.size_MB, **asdict(report)}
    if options.json:
        write_json(facts)
    elif not options.preview:
        write_line(f"{report.fetched} field states fetched ({report.size_MB:.3g} MB)")
        for refused in report.refused:
            write_line(f"not taken: {refused.run_id}: {refused.reason}")
    return _FAILED if report.refused else 0


def _follow(clusters: ProjectClusters, tokens: list[str]) -> tuple[int, tuple[str, ...]]:
    """Follow submissions until they are over.

    Returns
    -------
    code : int
        0, or 3 where some failed, or 130 where it was stopped.
    fetched : tuple of str
        Ids of the runs that came meanwhile.
    """
    before = clusters.fetched_runs(tokens)
    code = _wait(clusters, tokens)
    return code, tuple(sorted(clusters.fetched_runs(tokens) - before))


def _wait(clusters: ProjectClusters, tokens: list[str]) -> int:
    for name in {each.cluster for each in _asked(clusters.view(), tokens) if not each.is_over}:
        clusters.connect(name)
    clusters.start_following()
    told = ""
    with StopSignals() as should_stop:
        while not should_stop():
            view = clusters.view()
            asked = _asked(view, tokens)
            line = "; ".join(_in_a_line(each) for each in asked if not each.is_over)
            if line and line != told:
                write_log(f"{time.strftime('%H:%M:%S')} {line}")
                told = line
            if all(each.is_over for each in asked):
                return _FAILED if any(each.failed for each in asked) else 0
            _require_contact(view, {each.cluster for each in asked if not each.is_over})
            time.sleep(_TICK_S)
    return _STOPPED


def _asked(view: ClustersView, tokens: list[str]) -> list[SubmissionView]:
    return [each for each in view.submissions if not tokens or each.token in tokens]


def _require_contact(view: ClustersView, names: set[str]) -> None:
    """Stop where every cluster that something is expected of waits for a person."""
    links = [link for link in view.links if link.cluster in names]
    helpless = [link for link in links if link.contact in {Contact.PAUSED, Contact.SIGN_IN}]
    if links and len(helpless) == len(links):
        raise ClusterError(
            f"{helpless[0].cluster}: {helpless[0].message}",
            key="cluster",
            given=helpless[0].contact.value,
        )


def _in_a_line(view: SubmissionView) -> str:
    return (
        f"{view.title} on {view.cluster}: {view.fetched} of {view.runs} here, {view.running} "
        f"running, {view.waiting} waiting, {view.failed} failed"
    )


def _cancel(options: argparse.Namespace, session: Session) -> int:
    if options.task and len(options.token) > 1:
        raise InputError("--task needs one --token", key="--task", given=str(options.task))
    views = [session.clusters.cancel(token, options.task or ()) for token in options.token]
    if options.json:
        write_json({"submissions": [asdict(view) for view in views]})
        return 0
    for view in views:
        what = "cancelled" if view.cancelled else "was over already"
        write_line(f"{view.token}: {what}; {view.fetched} of {view.runs} runs are here")
    return 0


def _log(options: argparse.Namespace, session: Session) -> int:
    (token, *more) = options.token
    if more:
        raise InputError("log needs one --token", key="--token", given=", ".join(options.token))
    tail = session.clusters.log_tail(token, options.task, options.attempt)
    if options.json:
        write_json(asdict(tail))
    else:
        write_line(tail.text or f"{tail.path} is empty or was not written")
    return 0


def _clean(options: argparse.Namespace, session: Session) -> int:
    return _each(options, session.clusters.clean, "cleaned", "removed on the cluster: {}")


def _forget(options: argparse.Namespace, session: Session) -> int:
    words = "taken off the list: {}; runs are as they were"
    return _each(options, session.clusters.forget, "forgotten", words)


def _each(options: argparse.Namespace, act: Callable[[str], None], key: str, words: str) -> int:
    """Do something with each submission that was named, and say that it is done."""
    for token in options.token:
        act(token)
    if options.json:
        write_json({key: options.token})
    else:
        write_line(words.format(", ".join(options.token)))
    return 0


_WAYS: Final[dict[str, Callable[[argparse.Namespace, Session], int]]] = {
    "add": _add,
    "check": _check,
    "remove": _remove,
    "submit": _submit,
    "status": _status,
    "fetch": _fetch,
    "cancel": _cancel,
    "resubmit": _resubmit,
    "log": _log,
    "clean": _clean,
    "forget": _forget,
}
