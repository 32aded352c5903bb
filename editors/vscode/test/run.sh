#!/usr/bin/env bash
# usage: run.sh [CACHE_DIR] [SHOTS_DIR]
#
# Tests the extension in the real VS Code (its code-server build, in headless
# Chromium): types, grammar, package, then drive.mjs. Whatever the editor needs is
# installed into CACHE_DIR (default ~/.cache/sipls-editors) on the first run; only
# Chromium and build tools come from apt. Screenshots go to SHOTS_DIR.
#
# SIPLS_SERVER=PROGRAM tests that server instead of building ./cmd/sipls.
# Where the editor cannot be had, the test is skipped loudly; with CI=true it fails.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ext=$(dirname "$here")
. "$here/install.sh"

step() { # step NAME COMMAND...
  local name=$1 start=$EPOCHREALTIME
  shift
  "$@"
  awk -v a="$start" -v b="$EPOCHREALTIME" -v n="$name" 'BEGIN { printf "vscode: %-24s %6.1f s\n", n, b - a }'
}

skip() {
  echo "SKIPPED: VS Code extension test: $1" >&2
  [ "${CI:-}" = true ] || exit 0
  echo "FAILED: the editor must be there when CI=true" >&2
  exit 1
}

# A hung browser or download must not hang the caller: the script runs itself
# under one time limit, and one run at a time, since they share the cache.
if [ "${1:-}" != --limited ]; then
  cache=$(realpath -m "${1:-${XDG_CACHE_HOME:-$HOME/.cache}/sipls-editors}")
  shots=$(realpath -m "${2:-$cache/shots/vscode}")
  mkdir -p "$cache" "$shots"
  set_paths "$cache"
  limit=600
  installed && limit=300
  timeout --kill-after=15 $limit bash "$here/run.sh" --limited "$cache" "$shots" &
  trap 'kill $! 2>/dev/null || true' INT TERM
  code=0
  wait $! || code=$?
  [ $code = 124 ] || [ $code = 137 ] && echo "FAILED: VS Code extension test: not done after $limit s" >&2
  exit $code
fi

cache=$2 shots=$3
set_paths "$cache"
exec 9>"$cache/vscode.lock" # children inherit it: it is free when the last of them is gone
flock 9
work=$cache/vscode-work # kept for looking at the logs of a failed run

if ! installed; then
  why=$(obtainable) || skip "$why"
  step "install the editor" install_editor
fi
PATH=$NODE/bin:$PATH

# The extension is built in a copy: node_modules in the checkout would be seen by
# the tools of the other languages.
install_dependencies() {
  deps=$cache/vscode-deps-$(sha256sum "$ext/package-lock.json" | cut -c1-16)
  [ -d "$deps" ] && return
  rm -rf "$cache"/vscode-deps-*
  mkdir "$deps.new"
  cp "$ext"/{package.json,package-lock.json,.npmrc} "$deps.new"
  (cd "$deps.new" && limited 180 npm ci --ignore-scripts)
  mv "$deps.new" "$deps"
}

copy_extension() {
  rm -rf "$work"
  mkdir -p "$work"/{extension/bin,ws,home,extensions,data/User,data/Machine}
  tar -C "$ext" --exclude=./node_modules --exclude=./dist --exclude=./bin --exclude='*.vsix' -cf - . | tar -C "$work/extension" -xf -
  ln -s "$deps/node_modules" "$work/extension/node_modules"
  cp "$here"/fixtures/* "$ext"/../testdata/*.log "$work/ws"
  local log
  for log in "$work"/ws/407-*.log; do cp "$log" "${log%.log}.sip"; done
}

build_server() {
  if [ -n "${SIPLS_SERVER:-}" ]; then
    cp "$SIPLS_SERVER" "$work/extension/bin/sipls"
  else
    (cd "$ext/../.." && CGO_ENABLED=0 limited 300 go build -o "$work/extension/bin/sipls" ./cmd/sipls)
  fi
}

package() { # with the server inside, as the platform packages are made
  (cd "$work/extension" && limited 60 npm run -s test:grammar &&
    limited 120 npm run -s package -- -o "$work/sipls.vsix" >"$work/package.log" 2>&1) || { cat "$work/package.log" >&2; return 1; }
}

# editor ARGUMENT...: code-server with nothing of this user's settings, and no marketplace.
editor() {
  HOME=$work/home XDG_CONFIG_HOME=$work/home XDG_DATA_HOME=$work/home \
    EXTENSIONS_GALLERY='{"serviceUrl":"http://127.0.0.1:9/none"}' \
    exec "$CODE_SERVER/node_modules/.bin/code-server" --config "$work/config.yaml" \
    --user-data-dir "$work/data" --extensions-dir "$work/extensions" "$@"
}

start_editor() {
  : >"$work/config.yaml" >"$work/editor.log"
  cat >"$work/data/User/settings.json" <<'SETTINGS'
{
  "chat.disableAIFeatures": true,
  "editor.hover.delay": 100,
  "editor.minimap.enabled": false,
  "extensions.autoUpdate": false,
  "git.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.commandCenter": false,
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false
}
SETTINGS
  (editor --install-extension "$work/sipls.vsix") >"$work/install.log" 2>&1 || { cat "$work/install.log" >&2; return 1; }
  # Port 0: the system chooses a free one, and the log tells which.
  set -m # its own process group, to end all of it
  (editor --auth none --bind-addr 127.0.0.1:0 --disable-telemetry --disable-update-check --disable-workspace-trust \
    --disable-getting-started-override --ignore-last-opened) >"$work/editor.log" 2>&1 </dev/null &
  set +m
  editor_pid=$!
  trap stop_editor EXIT
  for _ in $(seq 300); do
    url=$(sed -n 's/.*HTTP server listening on \(http:[^ ]*[0-9]\).*/\1/p' "$work/editor.log")
    [ -n "$url" ] && return
    kill -0 $editor_pid 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/editor.log" >&2
  return 1
}

stop_editor() {
  kill -- -$editor_pid 2>/dev/null || return 0
  for _ in $(seq 50); do
    kill -0 -- -$editor_pid 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL -- -$editor_pid
}

step "dependencies" install_dependencies
copy_extension
step "server" build_server
step "types, grammar, package" package
step "start the editor" start_editor
step "drive it" limited 240 node "$here/drive.mjs" "$url" "$work" "$shots" "$PLAYWRIGHT" "$(chromium_path)"
