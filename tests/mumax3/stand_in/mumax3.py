"""A stand-in for MuMax3, for tests where there is no GPU: NOT MuMax3 and none of its code.

It takes MuMax3's command line, compiles the subset of mx3 that this program writes, computes with
the built-in solver in double precision, and writes what MuMax3 writes: banner, each line before it
runs, log.txt, table.txt, OVF files, exit codes (127 no CUDA library, 1 compile errors and fatal
ones, 2 panics). Environment: STAND_IN_VERSION (3.11.1; below 3.10 the exchange rule of 2014 holds),
STAND_IN_LACKS (names that this version does not declare), STAND_IN_MISBEHAVE (mx3_misbehave.py),
STAND_IN_FLUSH_S.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[2])]

from mx3_compile import RunError, compile_script  # noqa: E402
from mx3_misbehave import Misbehaviour  # noqa: E402
from mx3_output import FatalError, Log, Table  # noqa: E402
from mx3_tokens import CompileError  # noqa: E402

CONSERVATIVE_SINCE = (3, 10)


def main(arguments: Sequence[str]) -> int:
    """Run as MuMax3 does; return the exit code."""
    options = _parse(arguments)
    log = Log()
    misbehaviour = Misbehaviour.from_environment(log)
    misbehaviour.before_the_banner()
    version = os.environ.get("STAND_IN_VERSION", "3.11.1")
    if options.v != "false":
        _banner(log, version)
    misbehaviour.after_the_banner()
    if options.test or not options.files:
        return 0
    try:
        _run(Path(options.files[0]), options, version, log, misbehaviour)
    except (CompileError, FatalError, OSError) as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    except RunError as error:
        print(f"panic: {error}\n\ngoroutine 1 [running]:", file=sys.stderr, flush=True)
        return 2
    except SystemExit as error:
        return int(error.code or 0)
    finally:
        log.close()
    return 0


def _run(
    path: Path, options: argparse.Namespace, version: str, log: Log, misbehaviour: Misbehaviour
) -> None:
    # late: what ends before its first line need not wait for the solver
    from mx3_engine import Engine
    from mx3_world import make_world

    folder = Path(options.o or path.with_suffix(".out"))
    if options.f and folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    log.say(f"output directory: {folder.as_posix()}/")
    log.open(folder)
    table = Table(folder)
    misbehaviour.watch(table)
    engine = Engine(exchange_rule(version))
    lacks = os.environ.get("STAND_IN_LACKS", "").split(",")
    world = make_world(engine, log, table, misbehaviour, lacks)
    table.add("m", "", 3, lambda: [float(component.mean()) for component in engine.m])
    source = path.read_text(encoding="utf-8")
    statements = compile_script(source, world)
    if options.vet:
        return
    print('//not starting GUI (-http="")', file=sys.stderr, flush=True)
    try:
        for statement in statements:
            log.script(statement.source)
            statement.run()
    finally:
        table.close()


def exchange_rule(version: str) -> str:
    """Return the exchange rule of a version of MuMax3."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    return "conservative" if numbers >= CONSERVATIVE_SINCE else "mumax3_2014"


def _banner(log: Log, version: str) -> None:
    log.say(f"mumax {version} [stand-in for tests, not MuMax3, no GPU code]")
    log.say("commit hash: stand-in")
    log.say("GPU info: Stand-in GPU(0MB), CUDA Driver 0.0, cc=0.0, using cc=50 PTX")
    log.say("STAND-IN: this program computes with the built-in solver of SmCo Studio")


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse Go's flags: one dash or two, values behind = or as the next word."""
    parser = argparse.ArgumentParser(prog="mumax3", allow_abbrev=False)
    for name in ("http", "o", "gpu", "cache", "v"):
        parser.add_argument(f"-{name}", f"--{name}", default="")
    for name in ("f", "vet", "test", "sync", "i", "s", "failfast", "paranoid"):
        parser.add_argument(f"-{name}", f"--{name}", action="store_true")
    parser.add_argument("files", nargs="*")
    words: list[str] = []
    for word in arguments:
        flag, equals, value = word.partition("=")
        if flag.startswith("-") and equals:
            words += [flag] if value == "true" else [] if value == "false" else [word]
            continue
        words.append(word)
    return parser.parse_args(words)


if __name__ == "__main__":
    # a Go program dies of these without a word
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    code = main(sys.argv[1:])
    sys.stdout.flush()
    # threads that wait for the next flush must not keep the process
    os._exit(code)
