# shellcheck shell=bash
# Neovim of other Debian suites, unpacked into a folder. Sourced by run.sh.

# apt_need PKG... : installs what this machine lacks of its own suite.
apt_need() {
	local missing=() p
	for p in "$@"; do
		dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
	done
	[ ${#missing[@]} = 0 ] && return 0
	timeout 300 apt-get -o DPkg::Lock::Timeout=120 update -qq >/dev/null || return
	DEBIAN_FRONTEND=noninteractive timeout 600 apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# suite_root SUITE ROOT CACHE PKG : unpacks PKG of SUITE with its whole closure, libc too, into ROOT.
# No maintainer script runs and nothing on the host changes. ROOT/.done says what is in it.
suite_root() {
	local suite=$1 root=$2 apt=$3/apt-$1 pkg=$4 mirror dir deb
	[ "$(cat "$root/.done" 2>/dev/null)" = "$suite $pkg" ] && return 0
	mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -1)
	[ -n "$mirror" ] || mirror=$(sed -n 's/^deb .*\(https\?:[^ ]*\).*/\1/p' /etc/apt/sources.list 2>/dev/null | head -1)
	[ -n "$mirror" ] || return
	rm -rf "$root" "$apt"
	mkdir -p "$apt"/{lists,cache/archives}/partial "$apt"/{none,empty/partial} "$root"/usr/{bin,sbin,lib,lib64}
	for dir in bin sbin lib lib64; do ln -s "usr/$dir" "$root/$dir"; done
	printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' "$mirror" "$suite" >"$apt/debian.sources"
	: >"$apt/status"
	local options=(-o Dir::Etc::sourcelist="$apt/debian.sources" -o Dir::Etc::sourceparts=- -o Dir::Etc::preferencesparts="$apt/none"
		-o Dir::State="$apt" -o Dir::State::lists="$apt/lists" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt/cache"
		-o APT::Install-Recommends=0 -o Acquire::Languages=none -o APT::Sandbox::User=root -o Debug::NoLocking=1)
	timeout 300 apt-get "${options[@]}" update -qq || return
	# Archives that are there already are not listed: ask with an empty folder.
	timeout 60 apt-get "${options[@]}" -o Dir::Cache::archives="$apt/empty" install -y --print-uris "$pkg" | sed -n "s/^'[^']*' \([^ ]*\) .*/\1/p" >"$apt/debs" || return
	timeout 600 apt-get "${options[@]}" install -y -qq --download-only "$pkg" >/dev/null || return
	while read -r deb; do
		dpkg -x "$apt/cache/archives/$deb" "$root" || return
	done <"$apt/debs"
	rm -rf "$apt"
	# Neovim starts itself again for its terminal UI, so the program itself must know its libraries.
	local libc
	libc=$(dirname "$(find "$root/usr/lib" -name libc.so.6 | head -1)")
	patchelf --set-interpreter "$root$(patchelf --print-interpreter "$root/usr/bin/nvim")" --force-rpath --set-rpath "$libc" "$root/usr/bin/nvim" || return
	printf '#!/bin/sh\nVIMRUNTIME=%s exec %s "$@"\n' "'$root/usr/share/nvim/runtime'" "'$root/usr/bin/nvim'" >"$root/nvim"
	chmod +x "$root/nvim"
	echo "$suite $pkg" >"$root/.done"
}
