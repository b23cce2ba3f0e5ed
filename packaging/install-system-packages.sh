#!/usr/bin/env bash
# Installs the system libraries of apt-packages.txt that are missing, where that is possible.
# Never fails: the program may work without some of them, and says itself what it misses.
set -uo pipefail
list=$(dirname "$0")/apt-packages.txt
mapfile -t wanted < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$list")

say() { printf '%s\n' "$*" >&2; }

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    [ "$(uname -s)" = Linux ] || exit 0
    say "This is no Debian system. If the window does not open, install what your distribution"
    say "calls these packages: ${wanted[*]}"
    exit 0
fi

missing=()
for package in "${wanted[@]}"; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
    say "System libraries are missing. Please run:"
    say "    sudo apt-get install ${missing[*]}"
    exit 0
fi

say "Installing system libraries: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
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
    say "The window or the tests may fail until these are installed."
fi
exit 0
