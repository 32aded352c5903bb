#!/bin/bash
# usage: run.sh [CACHE_DIR] [SHOTS_DIR]
#
# Tests the plugin against the server of this checkout in real Neovim, headless and in a terminal:
# 0.10 (Debian trixie) and the newest (forky), unpacked into CACHE_DIR. With SHOTS_DIR, leaves
# pictures of the terminal there. With NVIM=PROGRAM in the environment, tests that one only.
#
# An editor that cannot be had is a failure where CI=true, elsewhere the test is skipped.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../../.." && pwd)
cache=$(realpath -m "${1:-${XDG_CACHE_HOME:-$HOME/.cache}/sipls-editors}")
shots=${2:+$(realpath -m "$2")}
# shellcheck source-path=SCRIPTDIR source=suite.sh
. "$here/suite.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

unavailable() {
	if [ "${CI:-}" = true ]; then
		echo "FAILED: $1" >&2
		exit 1
	fi
	echo "SKIPPED: Neovim plugin not tested: $1" >&2
	exit 0
}

editors=()
if [ -n "${NVIM:-}" ]; then
	editors=("$NVIM")
else
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		unavailable "installing Neovim needs apt and root (or set NVIM)"
	fi
	mkdir -p "$cache"
	exec 9>"$cache/neovim.lock"
	flock -w 900 9 || unavailable "another run holds $cache/neovim.lock"
	apt_need patchelf tmux || unavailable "patchelf and tmux cannot be installed"
	for suite in trixie forky; do
		suite_root "$suite" "$cache/neovim-$suite" "$cache" neovim || unavailable "Neovim of Debian $suite cannot be installed"
		editors+=("$cache/neovim-$suite/nvim")
	done
	flock -u 9
	"${editors[0]}" --version | grep -q '^NVIM v0\.10\.' || unavailable "trixie has no Neovim 0.10"
	"${editors[1]}" --version | grep -q '^NVIM v0\.1[1-9]\.' || unavailable "forky has no Neovim 0.11 or newer"
fi

mkdir "$work/bin"
(cd "$repo" && CGO_ENABLED=0 timeout 600 go build -o "$work/bin/sipls" ./cmd/sipls)

failed=0
for nvim in "${editors[@]}"; do
	version=$("$nvim" --version | sed -n '1s/NVIM //p')
	for case in "$here"/cases/*.lua; do
		name=${case##*/}
		home=$work/home-$version-${name%.lua}
		mkdir -p "$home" "$home/tmp"
		args=()
		while read -r arg; do args+=("$here/fixtures/$arg"); done < <(sed -n 's/^-- args: //p' "$case")
		echo "== Neovim $version: ${name%.lua}"
		timeout -k 5 120 env -i HOME="$home" TMPDIR="$home/tmp" PATH="$work/bin:$PATH" LANG=C.UTF-8 SIPLS_CASE="$case" \
			"$nvim" --headless -u "$here/init.lua" -i NONE -n "${args[@]}" 2>"$home/stderr" </dev/null || {
			echo "FAILED: Neovim $version: ${name%.lua} (exit code $?)"
			sed 's/^/  stderr: /' "$home/stderr"
			failed=1
		}
	done
done

echo "== Neovim $version: terminal"
timeout -k 5 120 "$here/terminal.sh" "${editors[-1]}" "$work/bin" "$work/terminal" || failed=1

if [ -n "$shots" ]; then
	mkdir -p "$shots"
	cp "$work"/terminal/*.ansi "$shots"
	apt_need aha chromium && timeout 120 "$here/picture.sh" "$shots"/*.ansi || echo "no pictures: aha or chromium is missing or failed" >&2
fi

if [ $failed != 0 ]; then
	echo "Neovim plugin: FAILED" >&2
	exit 1
fi
echo "Neovim plugin: all passed"
