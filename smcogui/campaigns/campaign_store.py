"""The campaigns of a project, on disk."""

from __future__ import annotations

import difflib
import json
import logging
import os
import time
from dataclasses import asdict, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError

from smcogui.campaigns.campaign import (
    DEFAULT_PRIORITY,
    Attempt,
    Block,
    Campaign,
    CampaignOrder,
    Entry,
    entries_of,
)
from smcogui.campaigns.feasibility import Feasibility, Selection, select
from smcogui.data.exporters import file_to_write, write_file
from smcogui.data.measurements import checked_name
from smcogui.errors import InputError, SmCoError
from smcogui.runs.spec import BUILTIN, ENGINE_WORDS
from solver.line_follower import LineFollower

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from smcogui.campaigns.sampling import Sampling

CAMPAIGNS_FOLDER: Final = "campaigns"
CAMPAIGN_FILE: Final = "campaign.json"
MEMBERS_FILE: Final = "members.jsonl"
ATTEMPTS_FILE: Final = "attempts.jsonl"
STOP_FILE: Final = "queue.stop"
"""Its presence beside the campaigns asks the queue of a project to stop."""
DEVICE_FILE: Final = "queue.device"
"""What the queue that is at work, or was last, computes with."""
QUEUE_LOG: Final = "queue.log"
"""What a queue that the window started has said."""
FORMAT_VERSION: Final = 1
_LOG = logging.getLogger(__name__)


class CampaignStore:
    """The campaigns below a folder.

    Parameters
    ----------
    folder : Path
        ``PROJECT/campaigns``; need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where the campaigns lie."""
        return self._folder

    def create(
        self, name: str, *, priority: int = DEFAULT_PRIORITY, engine: str = BUILTIN.name
    ) -> Campaign:
        """Make an empty campaign, paused.

        Raises
        ------
        InputError
            If the name cannot be used or is taken, or priority or engine are not allowed.
        RunFolderError
            If it cannot be written.
        """
        campaign = Campaign(
            name=self._free(name), priority=priority, created_s=time.time(), engine=engine
        )
        self._write(campaign)
        return campaign

    def copy(self, name: str, to: str, *, engine: str) -> Campaign:
        """Make a campaign of the same designs for another engine, paused; nothing is computed.

        Raises
        ------
        InputError, RunFolderError
            As :meth:`create`; or if there is no campaign to copy.
        """
        campaign = replace(
            self.load(name),
            name=self._free(to),
            order=CampaignOrder.PAUSE,
            created_s=time.time(),
            engine=engine,
        )
        entries = self.entries(name)
        # The campaign is there once its description is.
        with file_to_write(self._path(campaign.name) / MEMBERS_FILE):
            self._write_entries(campaign.name, entries)
        self._write(campaign)
        return campaign

    def require_engine(self, name: str, engine: str) -> Campaign:
        """Return a campaign, or refuse it where another engine has begun it.

        Raises
        ------
        InputError
            If there is no such campaign, or a dataset of it would mix engines.
        """
        campaign = self.load(name)
        if campaign.engine != engine and self.attempts(name):
            raise _begun_by_another(campaign, engine)
        return campaign

    def give_to(self, name: str, engine: str) -> None:
        """Let an engine compute a campaign, if it is its own or nothing was begun yet.

        Raises
        ------
        InputError, RunFolderError
        """
        campaign = self.require_engine(name, engine)
        if campaign.engine != engine:
            self._write(replace(campaign, engine=engine))

    def _free(self, name: str) -> str:
        """Return a name that can be used and is not taken."""
        name = checked_name(name)
        if name.casefold() in {known.casefold() for known in self.names()}:
            raise InputError(
                f"the project already has a campaign {name!r}; choose another name, or add to it",
                key="name",
                given=name,
                allowed="a name that is not taken",
            )
        return name

    def names(self) -> list[str]:
        """Return the names of all campaigns, in alphabetical order."""
        return sorted(path.parent.name for path in self._folder.glob(f"*/{CAMPAIGN_FILE}"))

    def load(self, name: str) -> Campaign:
        """Return a campaign.

        Raises
        ------
        InputError
            If there is none of that name (the message names the nearest), or it is damaged.
        """
        path = self._path(name) / CAMPAIGN_FILE
        try:
            data: Any = json.loads(path.read_text(encoding="utf-8"))
            if data.pop("format_version") != FORMAT_VERSION:
                raise ValueError(f"its format_version is not {FORMAT_VERSION}")
            campaign = _campaigns().validate_python({**data, "name": name})
        except FileNotFoundError as error:
            raise self._unknown(name) from error
        except InputError as error:
            raise _damaged(path, error.message) from error
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise _damaged(path, f"{place}: {first['msg']}") from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(path, str(error) or repr(error)) from error
        return campaign

    def records(self) -> list[Campaign]:
        """Return all campaigns, the oldest first; a damaged one is logged and left out."""
        found = []
        for name in self.names():
            try:
                found.append(self.load(name))
            except SmCoError as error:
                _LOG.warning("the campaign %s is left out: %s", name, error)
        return sorted(found, key=lambda campaign: campaign.created_s)

    def add(
        self,
        name: str,
        sampling: Sampling,
        filters: Feasibility,
        known: Collection[str] = (),
        progress: Callable[[float], None] = lambda _: None,
    ) -> Selection:
        """Draw a sampling into a campaign; takes about a millisecond a point.

        Designs that the campaign has already, or that are among ``known``, are left out and
        counted. A program that is killed meanwhile leaves the campaign as it was.

        Raises
        ------
        InputError
            If there is no such campaign.
        RunFolderError
            If it cannot be written.
        """
        campaign = self.load(name)
        entries = self.entries(name)
        have = {entry.key for entry in entries}
        selection = select(sampling, filters, have | set(known), progress)
        rank = max((entry.rank for entry in entries), default=-1.0) + 1
        new = entries_of(selection.members, len(campaign.blocks), rank)
        self._write_entries(name, [*entries, *new])
        block = Block(
            sampling=sampling,
            filters=filters,
            members=len(new),
            removals=selection.removals,
            added_s=time.time(),
        )
        self._write(replace(campaign, blocks=(*campaign.blocks, block)))
        return selection

    def change(
        self, name: str, *, order: CampaignOrder | None = None, priority: int | None = None
    ) -> Campaign:
        """Tell the queue something else about a campaign."""
        campaign = self.load(name)
        changed = replace(
            campaign,
            order=campaign.order if order is None else order,
            priority=campaign.priority if priority is None else priority,
        )
        self._write(changed)
        return changed

    def entries(self, name: str) -> list[Entry]:
        """Return the designs of a campaign in the order of the queue.

        A line that belongs to no drawn sampling was written by a program that was killed before
        it was done, and does not count.
        """
        blocks = len(self.load(name).blocks)
        lines = _read_lines(self._path(name) / MEMBERS_FILE)
        found = [Entry(**line) for line in lines]
        return sorted((each for each in found if each.block < blocks), key=lambda each: each.rank)

    def move_first(self, name: str, keys: Sequence[str]) -> None:
        """Put some designs at the head of the queue, in the order given."""
        entries = {entry.key: entry for entry in self.entries(name)}
        chosen = [entries.pop(key) for key in keys if key in entries]
        ordered = [*chosen, *entries.values()]
        ranked = [replace(entry, rank=float(rank)) for rank, entry in enumerate(ordered)]
        self._write_entries(name, ranked)

    def attempts(self, name: str) -> list[Attempt]:
        """Return the runs that were begun for the designs of a campaign, in their order."""
        return [Attempt(**line) for line in _read_lines(self._path(name) / ATTEMPTS_FILE)]

    def follow_attempts(self, name: str) -> LineFollower:
        """Return what reads the lines that come to the list of attempts; see parse_attempts."""
        return LineFollower(self._path(name) / ATTEMPTS_FILE)

    def signature(self, name: str) -> tuple[int, ...]:
        """Return numbers that change with the description and the list of designs."""
        found: list[int] = []
        for file in (CAMPAIGN_FILE, MEMBERS_FILE):
            path = self._path(name) / file
            if path.exists():
                entry = path.stat()
                found += [entry.st_mtime_ns, entry.st_size, entry.st_ino]
        return tuple(found)

    def add_attempt(self, name: str, attempt: Attempt) -> None:
        """Record that a run is begun, before it is: one line, on the disk when this returns."""
        path = self._path(name) / ATTEMPTS_FILE
        line = (json.dumps(asdict(attempt)) + "\n").encode()
        with file_to_write(path), path.open("ab") as stream:
            if stream.tell() and not _ends_with_newline(path):
                # The line that a full disk or a crash cut off stays behind as one of its own.
                stream.write(b"\n")
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())

    def forget_attempts(self, name: str, keys: Collection[str]) -> None:
        """Take the attempts of some designs out of the list; their runs stay in the project."""
        kept = [attempt for attempt in self.attempts(name) if attempt.key not in keys]
        lines = (json.dumps(asdict(attempt)) for attempt in kept)
        path = self._path(name) / ATTEMPTS_FILE
        write_file(path, "".join(f"{line}\n" for line in lines).encode())

    def _write(self, campaign: Campaign) -> None:
        path = self._path(campaign.name) / CAMPAIGN_FILE
        data = {"format_version": FORMAT_VERSION, **asdict(campaign)}
        content = json.dumps(data, indent=1, ensure_ascii=False).encode()
        with file_to_write(path):
            write_file(path, content)

    def _write_entries(self, name: str, entries: Sequence[Entry]) -> None:
        lines = (json.dumps(asdict(entry)) for entry in entries)
        write_file(self._path(name) / MEMBERS_FILE, "".join(f"{line}\n" for line in lines).encode())

    def _path(self, name: str) -> Path:
        return self._folder / checked_name(name)

    def _unknown(self, name: str) -> InputError:
        names = self.names()
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.3)
        hint = f"; the nearest is {near[0]!r}" if near else ""
        return InputError(
            f"the project has no campaign {name!r}{hint}",
            key="campaign",
            given=name,
            allowed=", ".join(names) or "none yet",
        )


@cache
def _campaigns() -> TypeAdapter[Campaign]:
    """Return what reads a campaign; making it takes longer than reading."""
    from smcogui.campaigns.axes import Axis, Point
    from smcogui.campaigns.feasibility import Removal
    from smcogui.campaigns.sampling import Sampling

    adapter = TypeAdapter(Campaign)
    adapter.rebuild(
        _types_namespace={
            "Axis": Axis,
            "Feasibility": Feasibility,
            "Point": Point,
            "Removal": Removal,
            "Sampling": Sampling,
        }
    )
    return adapter


def parse_attempts(lines: Iterable[str]) -> list[Attempt]:
    """Return the attempts of lines; one that is damaged is logged and left out."""
    return [Attempt(**line) for line in _parse_lines(ATTEMPTS_FILE, lines)]


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the complete lines of a .jsonl file."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    yield from _parse_lines(path, text.split("\n"))


def _parse_lines(path: Path | str, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield what lines hold; one that is damaged is logged and left out."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except ValueError as error:
            _LOG.warning("%s, line %d is left out: %s", path, number, error)
            continue
        if isinstance(data, dict):
            yield data


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) == b"\n"


def _begun_by_another(campaign: Campaign, engine: str) -> InputError:
    its, other = ENGINE_WORDS[campaign.engine], ENGINE_WORDS.get(engine, engine)
    return InputError(
        f"the campaign {campaign.name!r} was begun with {its}, and {other} is to compute it: a "
        "campaign has one solver, as results of two do not compare. Make one of the same designs "
        f"for {other} (Copy for the other solver… in the window, `campaign copy` on the command "
        f"line), or choose {its}",
        key="engine",
        given=engine,
        allowed=campaign.engine,
    )


def _damaged(path: Path, reason: str) -> InputError:
    return InputError(
        f"{path} is damaged: {reason}. Its runs are still in the project; make the campaign again "
        "under another name, nothing is computed twice",
        key="campaign",
        given=path.parent.name,
    )
