#!/usr/bin/env bash
# Makes or completes the virtual environment FOLDER: what requirements-dev.lock pins, and this
# checkout in editable mode. Safe to repeat. pip's own configuration decides where packages come from.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?"usage: make-environment.sh FOLDER"}

say() { printf '%s\n' "$*" >&2; }

is_supported() { # COMMAND: is it Python 3.11, 3.12 or 3.13?
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.11 python3.12 python3.13; do
        if command -v "$candidate" >/dev/null && is_supported "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
        [ "$candidate" = "${PYTHON:-}" ] && break # asked for by name: take it or say no
    done
    say "Python 3.11, 3.12 or 3.13 is needed; ${PYTHON:-python3} is $("${PYTHON:-python3}" --version 2>&1 || true)."
    say "Install one and, where it is not called python3, run: make PYTHON=/path/to/python ..."
    return 1
}

if ! { [ -x "$folder/bin/python" ] && is_supported "$folder/bin/python"; }; then
    python=$(find_python)
    say "Setting up $folder with $("$python" --version); this takes some minutes."
    rm -rf "$folder"
    if ! "$python" -m venv "$folder"; then
        rm -rf "$folder"
        say "The virtual environment could not be made. On Debian: apt-get install python3-venv"
        exit 1
    fi
fi

pip() { "$folder/bin/python" -m pip --disable-pip-version-check --quiet "$@"; }
pip install --requirement requirements-dev.lock
pip install --no-deps --no-build-isolation --editable .
