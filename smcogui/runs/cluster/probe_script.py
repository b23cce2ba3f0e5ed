"""The one script that looks at a cluster: sections, each with its own time limit and exit code."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smcogui.runs.cluster.node_python import PINS
from smcogui.runs.cluster.remote import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECTION_S: Final = 15
_BOUNDED: Final = (
    'bounded() { if command -v timeout >/dev/null 2>&1; then timeout -k 2 {seconds} "$@"; '
    'else "$@"; fi; }\n'
)
_SECTION: Final = """\
printf '\\n%s %s\\n' {mark} {name}; printf '\\n%s %s\\n' {mark} {name} >&2
( bounded {command} ) </dev/null
printf '\\n%s end %s\\n' {mark} "$?"; printf '\\n%s end\\n' {mark} >&2
"""
_OUT_OF_TIME: Final = (124, 137)

SYSTEM: Final = """\
uname -s; uname -m
getconf GNU_LIBC_VERSION 2>/dev/null || echo unknown
for each in tar gzip dd timeout sbatch qsub qconf bsub; do command -v $each; done
exit 0"""

DISK: Final = """\
d={folder}
while [ ! -d "$d" ] && [ "$d" != / ]; do d=$(dirname -- "$d"); done
[ -w "$d" ] && echo writable || echo closed
df -Pk -- "$d"; echo; df -Pi -- "$d"; echo
echo quota; quota -w 2>/dev/null; lfs quota -q -u "$(id -un)" "$d" 2>/dev/null
exit 0"""

_PYTHON_CODE: Final = """\
import json, platform, sys
NAMES = "PACKAGES"
try:
    from importlib.metadata import version
    from importlib.util import find_spec
except ImportError:
    version = find_spec = None
def ask(name):
    try: return version(name)
    except Exception: return None
cuda = None
try:
    if find_spec("torch"):
        import os, re
        text = open(os.path.join(os.path.dirname(find_spec("torch").origin), "version.py")).read()
        cuda = re.search(r"^cuda[^=]*= *['\\"]([0-9.]+)", text, re.M)
        cuda = cuda and cuda.group(1)
except (AttributeError, ImportError, OSError, TypeError, ValueError): pass  # nobody tells
print(json.dumps(dict(path=sys.executable, version=list(sys.version_info[:3]),
    bits=sys.maxsize.bit_length() + 1, arch=platform.machine(), libc=list(platform.libc_ver()),
    packages=dict((name, ask(name)) for name in NAMES.split()), cuda=cuda)))
"""
PACKAGES: Final = (*PINS, "torch")
"""Whose versions are asked for."""
_PYTHONS: Final = "python3.13 python3.12 python3.11 python3 python"
_SOFTWARE: Final = """\
for each in {pythons}; do
  p=$(command -v "$each" 2>/dev/null) || continue
  "$p" -c {code} 2>/dev/null
done
m=$(command -v {mumax3} 2>/dev/null) && printf 'mumax3 %s\\n' "$m"
command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L 2>/dev/null | sed 's/^/gpu /'
if command -v module >/dev/null 2>&1; then
  module -t avail mumax 2>&1 | sed 's/^/module /'
fi
exit 0"""

_LOGIN: Final = """\
SMCO_PATH=$PATH; export SMCO_PATH
command -v bash >/dev/null 2>&1 && exec bash -l -c "$1"
exec sh -l -c "$1"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeScript:
    """The script, and the mark that its sections carry."""

    text: str
    mark: str


def write_script(sections: Mapping[str, str | Sequence[str]], mark: str) -> ProbeScript:
    """Return the script that runs commands one after the other, whatever becomes of each.

    Parameters
    ----------
    sections : mapping
        Name of each, a word, and a script for ``sh`` or a program with arguments.
    mark : str
        What nobody can foresee.
    """
    parts = [_BOUNDED.replace("{seconds}", str(SECTION_S))]
    for name, command in sections.items():
        words = ("sh", "-c", command) if isinstance(command, str) else command
        parts.append(_SECTION.format(mark=mark, name=name, command=shlex.join(words)))
    return ProbeScript(text="".join(parts), mark=mark)


def split_answer(answer: Answer, mark: str) -> dict[str, Answer]:
    """Return what each section answered; a section that never ended is missing."""
    errors = {name: text for name, text, _ in _sections(answer.stderr, mark, rb"")}
    return {
        name: Answer(exit_code=code, stdout=text, stderr=errors.get(name, b""), cut=answer.cut)
        for name, text, code in _sections(answer.stdout, mark, rb" (\d{1,3})")
    }


def is_out_of_time(answer: Answer) -> bool:
    """Return whether a section was ended because it hung."""
    return answer.exit_code in _OUT_OF_TIME


def software_command(
    *, python: str, mumax3: str, modules: Sequence[str], prologue: str
) -> Sequence[str]:
    """Return the command that looks for Python and MuMax3 as a job would: modules loaded."""
    pythons = f"{shlex.quote(python)} {_PYTHONS}" if python else _PYTHONS
    code = _PYTHON_CODE.replace("PACKAGES", " ".join(PACKAGES))
    look = _SOFTWARE.format(
        pythons=pythons, code=shlex.quote(code), mumax3=shlex.quote(mumax3 or "mumax3")
    )
    loads = [f"module load {shlex.quote(module)} || exit 9" for module in modules]
    # a login shell may begin its PATH anew
    search = 'PATH="$PATH:$SMCO_PATH"'
    script = "\n".join([search, *loads, prologue, look])
    # modules are functions of login shells
    return ("sh", "-c", _LOGIN, "sh", script)


def _sections(stream: bytes, mark: str, code: bytes) -> list[tuple[str, bytes, int]]:
    word = re.escape(mark.encode())
    pattern = rb"\n" + word + rb" (\w+)\n(.*?)\n" + word + rb" end" + code + rb"\n"
    return [
        (found[1].decode(), found[2], int(found[3]) if code else 0)
        for found in re.finditer(pattern, stream, re.DOTALL)
    ]
