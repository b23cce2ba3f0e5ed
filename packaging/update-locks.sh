#!/usr/bin/env bash
# Rewrites the three lock files from pyproject.toml, keeping every pin that still fits.
# Needs uv (https://docs.astral.sh/uv/) on PATH or in $UV; nothing else in this project does.
#
#   packaging/update-locks.sh               after a change of pyproject.toml
#   packaging/update-locks.sh --upgrade     take the newest versions that fit
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-uv}

# Left out on purpose: what torch's Linux build for CUDA brings along (a machine without an NVIDIA
# device needs none of it, and pip adds it by itself where that build is what it gets), and macOS,
# which is not among the supported systems.
unwanted="^(nvidia-|cuda-|triton==)|sys_platform == 'darwin'"

lock() { # FILE "HEADER" UV-ARGUMENT...
    local file=$1 header=$2
    shift 2
    local new
    new=$(mktemp)
    [ -f "$file" ] && cp "$file" "$new"
    "$uv" pip compile pyproject.toml --universal --python-version 3.11 \
        --no-header --no-annotate --quiet --output-file "$new" "$@"
    {
        printf '# %s\n' "$header" "Made by packaging/update-locks.sh from pyproject.toml; do not edit." \
            "Python 3.11 to 3.13, Linux and Windows."
        grep -Ev "$unwanted" "$new" | grep -v '^#'
    } >"$file"
    rm -f "$new"
}

lock requirements.lock "What the program needs to run." "$@"
lock requirements-dev.lock "What the program and its developers need: the run-time pins, tests and lint." \
    --extra dev --constraint requirements.lock "$@"
lock requirements-train.lock "What training needs: the run-time pins, torch, onnx and optuna." \
    --extra train --constraint requirements.lock "$@"
