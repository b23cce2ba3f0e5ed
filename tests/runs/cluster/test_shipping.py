import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from smcogui.errors import (
    InputError,
    RemoteCommandError,
    RemoteDiskError,
    TaskStoppedError,
    UnavailableError,
)
from smcogui.runs.children import CHECKOUT
from smcogui.runs.cluster.node_python import PINS, lacking, trouble_of
from smcogui.runs.cluster.probe import RemotePython, read_software
from smcogui.runs.cluster.probe_script import software_command
from smcogui.runs.cluster.remote import Answer
from smcogui.runs.cluster.shipping import (
    Archive,
    Shipment,
    code_shipment,
    make_bundle,
    wheels_shipment,
)
from smcogui.runs.cluster.software import builtin_software
from smcogui.runs.cluster.wheels import WheelCache, WheelFile, choose_wheel, read_index

NODE = RemotePython(
    path="/opt/python3.12/bin/python3", version=(3, 12, 4), arch="x86_64", glibc=(2, 28)
)
needs_posix = pytest.mark.skipif(os.name != "posix", reason="plays a cluster")
FULL = replace(NODE, packages=dict(PINS))


# --- the Python there -------------------------------------------------------------------------


@needs_posix
def test_this_python_answers_what_it_is():
    command = software_command(python=sys.executable, mumax3="", modules=(), prologue="")
    done = subprocess.run(
        command, capture_output=True, env={"PATH": os.environ["PATH"], "HOME": "/nowhere"}
    )
    found = read_software(Answer(exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr))
    node = found.pythons[0]
    assert node.version == sys.version_info[:3]
    assert node.packages["numpy"] == PINS["numpy"]
    assert not lacking(node)
    assert not trouble_of(node)


@pytest.mark.parametrize("version", [(3, 6, 8), (3, 9, 18), (3, 10, 1), (3, 14, 0), (2, 7, 18)])
def test_python_that_is_too_old_or_new_is_refused_with_what_is_needed(tmp_path, version):
    node = replace(NODE, version=version)
    with pytest.raises(UnavailableError, match=r"from 3\.11 to 3\.13.*module"):
        builtin_software("builtin", node, "/scratch/a", WheelCache(tmp_path))


def test_pins_are_those_of_the_lock():
    lock = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([\w.-]+)==([\w.+!-]+)", lock, re.MULTILINE))
    assert {name: locked[name] for name in PINS} == dict(PINS)


def test_packages_that_serve_are_newer_ones_of_the_same_generation():
    assert not lacking(FULL)
    newer = replace(FULL, packages={**PINS, "numpy": "2.9.0", "numba": "0.70"})
    assert not lacking(newer)
    older = replace(FULL, packages={**PINS, "numpy": "2.3.0", "scipy": "2.0"})
    assert lacking(older) == ("numpy", "scipy")


# --- wheels -----------------------------------------------------------------------------------


def files(*names):
    return [WheelFile(filename=name, url="", sha256="0" * 64) for name in names]


def test_wheel_is_chosen_for_python_machine_and_glibc():
    version = PINS["numpy"]
    named = [
        f"numpy-{version}-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        f"numpy-{version}-cp312-cp312-manylinux_2_28_x86_64.whl",
        f"numpy-{version}-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        f"numpy-{version}-cp312-cp312-manylinux_2_34_x86_64.whl",
        f"numpy-{version}-cp312-cp312-manylinux_2_28_aarch64.whl",
        f"numpy-{version}-cp312-cp312-win_amd64.whl",
        f"numpy-{version}-cp312-cp312-musllinux_1_2_x86_64.whl",
        "numpy-2.0.0-cp312-cp312-manylinux_2_28_x86_64.whl",
        "numpy-nonsense.whl",
    ]
    assert choose_wheel(files(*named), "numpy", NODE).filename == named[1]
    old = replace(NODE, glibc=(2, 17))
    assert choose_wheel(files(*named), "numpy", old).filename == named[2]
    arm = replace(NODE, arch="aarch64")
    assert choose_wheel(files(*named), "numpy", arm).filename == named[4]
    with pytest.raises(UnavailableError, match=r"no wheel of numpy .* for Python 3\.12\.4 on ppc"):
        choose_wheel(files(*named), "numpy", replace(NODE, arch="ppc64le"))
    with pytest.raises(UnavailableError, match="without glibc"):
        choose_wheel(files(*named), "numpy", replace(NODE, glibc=None))


def test_index_is_read_as_json_and_as_html():
    digest = "a" * 64
    told = [
        {"filename": "a-1-py3-none-any.whl", "url": "../a.whl", "hashes": {"sha256": digest}},
        {"filename": "b.whl", "url": "b", "hashes": {"sha256": digest}, "yanked": "broken"},
        {"filename": "c.tar.gz", "url": "c", "hashes": {"sha256": digest}},
        {"filename": "d.whl", "url": "d", "hashes": {}},
        {"filename": "../e.whl", "url": "e", "hashes": {"sha256": digest}},
    ]
    content = json.dumps({"files": told}).encode()
    found = read_index(content, "application/vnd.pypi.simple.v1+json", "https://i/simple/a/")
    assert found == [
        WheelFile(filename="a-1-py3-none-any.whl", url="https://i/simple/a.whl", sha256=digest)
    ]
    page = (
        f'<a href="../f/a-1-py3-none-any.whl#sha256={digest}">a</a><a href="x">x</a>'
        f'<a data-yanked="" href="b.whl#sha256={digest}">b</a>'
    )
    (wheel,) = read_index(page.encode(), "text/html", "https://i/simple/a/")
    assert (wheel.url, wheel.sha256) == ("https://i/simple/f/a-1-py3-none-any.whl", digest)
    with pytest.raises(UnavailableError, match="PIP_INDEX_URL"):
        read_index(b"<html>", "application/json", "https://i/")


def wheel_name(name):
    stem = f"{name.replace('-', '_')}-{PINS[name]}"
    return f"{stem}-cp312-cp312-manylinux_2_17_x86_64.whl"


def zipped(name, content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def index(tmp_path):
    """Return an index of wheels as files, as HTML: what ``file:`` addresses give."""
    folder = tmp_path / "index"
    for name in PINS:
        content = zipped(f"{name.replace('-', '_')}.py", f"# {name}\n")
        digest = hashlib.sha256(content).hexdigest()
        (folder / name).mkdir(parents=True)
        (folder / wheel_name(name)).write_bytes(content)
        page = f'<a href="../{wheel_name(name)}#sha256={digest}">{name}</a>'
        (folder / name / "index.html").write_text(page)
    return folder


class FileIndex(WheelCache):
    """A cache whose index are files."""


@pytest.fixture
def cache(tmp_path, index, monkeypatch):
    from smcogui.runs.cluster import wheels

    opened = wheels._opened
    asked = []

    def as_file(url, accept):
        asked.append(url)
        answer = opened(url + "index.html" if url.endswith("/") else url, accept)
        return answer

    monkeypatch.setattr(wheels, "_opened", as_file)
    found = FileIndex(tmp_path / "cache", index=index.as_uri())
    found.asked = asked  # type: ignore[attr-defined]
    return found


def test_wheels_are_fetched_checked_and_kept(cache):
    wheels = cache.wheels(NODE)
    assert sorted(path.name for path in wheels) == sorted(wheel_name(name) for name in PINS)
    cache.asked.clear()
    assert cache.wheels(NODE) == wheels
    assert cache.asked == []
    wheels[0].write_bytes(b"damaged")
    again = cache.wheels(NODE)
    assert again[0].read_bytes() != b"damaged"
    assert not list(again[0].parent.glob("*.part"))


def test_wheel_that_is_not_what_the_index_names_is_not_kept(cache, index, tmp_path):
    (index / wheel_name("numpy")).write_bytes(b"something else")
    with pytest.raises(UnavailableError, match="SHA-256"):
        cache.wheels(NODE)
    assert not list((tmp_path / "cache").glob("numpy*"))


def test_wheels_of_a_folder_of_the_user_need_no_index(index, tmp_path):
    cache = WheelCache(tmp_path / "cache", own=[index], index="https://127.0.0.1:1/")
    assert len(cache.wheels(NODE)) == len(PINS)


def test_index_that_does_not_answer_is_told_without_its_password(tmp_path):
    cache = WheelCache(tmp_path, index="http://anna:secret@127.0.0.1:1/simple")
    with pytest.raises(UnavailableError, match="cannot be fetched") as told:
        cache.wheels(NODE)
    assert "secret" not in told.value.message


def test_fetching_can_be_stopped(cache):
    with pytest.raises(TaskStoppedError):
        cache.wheels(NODE, should_stop=lambda: True)


# --- our code ---------------------------------------------------------------------------------


def test_bundle_is_the_same_every_time_and_has_no_windows():
    bundle = make_bundle(CHECKOUT)
    assert bundle == make_bundle(CHECKOUT)
    names = zipfile.ZipFile(io.BytesIO(bundle)).namelist()
    assert {"smcogui/app/cluster_runner.py", "solver/solve.py", "resources/__init__.py"} <= {*names}
    assert not [name for name in names if name.startswith(("smcogui/ui", "models", "tests"))]
    assert len(bundle) < 2_000_000


def test_name_of_a_shipment_is_that_of_its_content(tmp_path):
    (tmp_path / "a.whl").write_bytes(b"a")
    (tmp_path / "b.whl").write_bytes(b"b")
    both = wheels_shipment([tmp_path / "b.whl", tmp_path / "a.whl"])
    assert both.name == wheels_shipment([tmp_path / "a.whl", tmp_path / "b.whl"]).name
    (tmp_path / "b.whl").write_bytes(b"c")
    assert wheels_shipment([tmp_path / "a.whl", tmp_path / "b.whl"]).name != both.name
    assert code_shipment().folder("/scratch/a").startswith("/scratch/a/software/code-")


def code(name, content):
    archive = zipped(name, content)
    digest = hashlib.sha256(archive).hexdigest()
    return Shipment(kind="code", archives=(Archive(sha256=digest, content=archive),))


# --- brought there ----------------------------------------------------------------------------


class Here:
    """A connection to this very machine."""

    def __init__(self):
        self.sent = []

    def run(self, command, *, deadline_s, stdin=b"", most=0):
        words = ["sh", "-c", command] if isinstance(command, str) else list(command)
        done = subprocess.run(words, capture_output=True, input=stdin, timeout=deadline_s)
        return Answer(exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr)

    def make_folder(self, path):
        Path(path).mkdir(parents=True, exist_ok=True)

    def write(self, path, content):
        self.sent.append(path)
        Path(path).write_bytes(content)

    def put(self, local, remote, progress=None):
        self.write(remote, Path(local).read_bytes())


@needs_posix
def test_shipment_is_published_once_and_as_a_whole(tmp_path):
    there = Here()
    shipment = code("package/module.py", "x = 1\n")
    target = Path(shipment.install(there, str(tmp_path), sys.executable))
    assert (target / "package" / "module.py").read_text() == "x = 1\n"
    assert (target.stat().st_mode & 0o077) == 0
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    there.sent.clear()
    shipment.install(there, str(tmp_path), sys.executable)
    assert there.sent == []


@needs_posix
def test_shipment_that_was_damaged_on_its_way_is_not_published(tmp_path):
    class Damaging(Here):
        def write(self, path, content):
            super().write(path, content[:-9])

    shipment = code("a.py", "x = 1\n")
    with pytest.raises(RemoteCommandError, match="damaged on its way"):
        shipment.install(Damaging(), str(tmp_path), sys.executable)
    assert list((tmp_path / "software").iterdir()) == []


@needs_posix
def test_full_disk_there_is_told_in_words(tmp_path):
    class Full(Here):
        def run(self, command, *, deadline_s, stdin=b"", most=0):
            error = b"OSError: [Errno 122] Disk quota exceeded\n"
            return Answer(exit_code=1, stdout=b"", stderr=error)

    shipment = code("a.py", "x = 1\n")
    with pytest.raises(RemoteDiskError, match="quota"):
        shipment.install(Full(), str(tmp_path), sys.executable)


@needs_posix
def test_code_and_libraries_are_brought_and_found_by_the_job_script(tmp_path, cache):
    software = builtin_software("builtin", NODE, str(tmp_path), cache)
    assert [each.kind for each in software.shipments] == ["code", "wheels"]
    told = []
    software = replace(software, python=sys.executable)
    software.install(Here(), lambda fraction, words: told.append(fraction))
    assert told == sorted(told)
    body = software.smoke_body.rpartition("exec ")[0]
    code = (
        "import smcogui.runs.cluster.task as task, tomli_w; print(task.__file__, tomli_w.__file__)"
    )
    done = subprocess.run(
        ["sh", "-c", f"{body} {sys.executable} -P -c '{code}'"],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )
    where = done.stdout.split()
    assert "/software/code-" in where[0], done.stderr
    assert "/software/wheels-" in where[1]


@needs_posix
@pytest.mark.slow
def test_runner_works_from_what_is_shipped_alone(tmp_path):
    node = replace(FULL, path=sys.executable)
    software = builtin_software("builtin", node, str(tmp_path), WheelCache(tmp_path / "none"))
    software.install(Here())
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        ["sh", "-c", software.smoke_body],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["python"] == sys.version.split()[0]


def test_nothing_but_our_code_is_shipped_where_the_libraries_are(tmp_path):
    software = builtin_software("builtin", FULL, "/scratch/a", WheelCache(tmp_path))
    assert [each.kind for each in software.shipments] == ["code"]
    assert "exec /opt/python3.12/bin/python3 -P -m smcogui.app.cluster_runner" in software.body


def test_gpu_engine_needs_torch_there_and_unknown_engines_are_refused(tmp_path):
    cache = WheelCache(tmp_path)
    with pytest.raises(UnavailableError, match="torch"):
        builtin_software("builtin_gpu", FULL, "/scratch/a", cache)
    torch = replace(FULL, torch_cuda="12.4")
    assert "builtin_gpu" in builtin_software("builtin_gpu", torch, "/s/a", cache).smoke_body
    with pytest.raises(InputError, match="engine"):
        builtin_software("mumax3", FULL, "/scratch/a", cache)
    with pytest.raises(InputError, match="scratch"):
        builtin_software("builtin", FULL, "relative", cache)


@needs_posix
def test_runner_imports_no_more_than_is_shipped():
    script = (
        "import sys, json; import smcogui.app.cluster_runner, smcogui.app.cluster_smoke;"
        "import solver.solve, solver.hysteresis;"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    from importlib.metadata import packages_distributions

    owners = packages_distributions()
    used = {
        re.sub(r"[-_.]+", "-", owner).lower()
        for name in json.loads(done.stdout)
        for owner in owners.get(name, [])
    }
    # What numba and others take along where it happens to be installed.
    optional = {"smco-studio", "setuptools", "cffi", "pycparser", "pyyaml", "colorama"}
    assert used - optional - {"charset-normalizer"} <= set(PINS)
