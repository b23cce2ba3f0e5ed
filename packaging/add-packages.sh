#!/usr/bin/env bash
# Adds what a lock file pins to the virtual environment FOLDER, which make-environment.sh has made.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?"usage: add-packages.sh FOLDER LOCK"}
lock=${2:?"usage: add-packages.sh FOLDER LOCK"}

printf 'Adding %s to %s; torch takes some minutes.\n' "$lock" "$folder" >&2
"$folder/bin/python" -m pip --disable-pip-version-check --quiet install --requirement "$lock"
