#!/usr/bin/env bash
# install-system-packages.sh [LIST…]: installs the Debian packages of the lists (apt-packages.txt) that are
# missing, where that is possible.
# Never fails: the program may work without some of them, and says itself what it misses.
set -uo pipefail
[ $# -gt 0 ] || set -- "$(dirname "$0")/apt-packages.txt"
mapfile -t wanted < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@")

say() { printf '%s\n' "$*" >&2; }

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    [ "$(uname -s)" = Linux ] || exit 0
    say "This is no Debian system. If the window does not open or tests are skipped, install what your"
    say "distribution calls these packages: ${wanted[*]}"
    exit 0
fi

missing=()
for package in "${wanted[@]}"; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
    say "System packages are missing. Please run:"
    say "    sudo apt-get install ${missing[*]}"
    exit 0
fi

say "Installing system packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# Debian starts the daemons that it installs; the tests need only the programs.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
fi
apt_get() { apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null >&2; }
apt_get update || say "apt-get update failed; going on with the package lists that are there."
apt_get install -y --no-install-recommends "${missing[@]}" && exit 0

# One name that this release does not have must not cost the others.
failed=()
for package in "${missing[@]}"; do
    apt_get install -y --no-install-recommends "$package" || failed+=("$package")
done
if [ ${#failed[@]} -gt 0 ]; then
    say "apt-get could not install: ${failed[*]}"
    say "The window or the tests may miss something until these are installed."
fi
exit 0
