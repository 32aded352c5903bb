#!/bin/bash
# usage: picture.sh SCREEN.ansi... ; draws each terminal screen (tmux capture-pane -e -p) beside it as PNG
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for screen in "$@"; do
	{
		echo '<meta charset=utf-8><style>body{background:#14161b;color:#e0e2ea;margin:8px}pre{margin:0;font:15px/1.25 "DejaVu Sans Mono",monospace}</style><pre>'
		aha --black --no-header <"$screen"
		echo '</pre>'
	} >"$work/screen.html"
	timeout 60 chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync \
		--user-data-dir="$work/profile" --hide-scrollbars --window-size=1120,700 --screenshot="${screen%.ansi}.png" "file://$work/screen.html" >/dev/null 2>&1
	echo "picture: ${screen%.ansi}.png"
done
