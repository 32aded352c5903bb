# Installs the real editor for run.sh: VS Code in its code-server build, a
# headless Chromium and playwright-core to drive it. Sourced, not run.
#
# Everything but the Debian packages lives in the cache folder. Each part is
# built in a temporary folder and renamed when complete, so that an interrupted
# run leaves nothing half made behind.

NODE_VERSION=24.21.0        # code-server's own major version: its native modules are built against it
CODE_SERVER_VERSION=4.139.1 # is VS Code 1.139.1
PLAYWRIGHT_VERSION=1.64.1

# limited SECONDS COMMAND...: in the foreground, so that a signal to this script's group ends it too.
limited() { timeout --foreground --kill-after=10 "$@"; }

# set_paths CACHE: where the parts are, or will be.
set_paths() {
  NODE=$1/node-$NODE_VERSION
  CODE_SERVER=$1/code-server-$CODE_SERVER_VERSION
  PLAYWRIGHT=$1/playwright-core-$PLAYWRIGHT_VERSION
  export npm_config_cache=$1/npm npm_config_audit=false npm_config_fund=false
  export npm_config_update_notifier=false npm_config_loglevel=error
  # A personal .npmrc may point at the headers of another node.
  export npm_config_nodedir=$NODE
}

chromium_path() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

# installed: true when nothing has to be fetched.
installed() {
  [ -x "$NODE/bin/node" ] && [ -d "$CODE_SERVER" ] && [ -d "$PLAYWRIGHT" ] && chromium_path >/dev/null
}

# missing_packages: the Debian packages that have to be installed, one a line.
missing_packages() {
  chromium_path >/dev/null || printf '%s\n' chromium fonts-dejavu-core
  [ -d "$CODE_SERVER" ] && return
  command -v python3 >/dev/null || echo python3
  command -v make >/dev/null || echo make
  command -v c++ >/dev/null || echo g++
}

# obtainable: true when the parts can be fetched from here; else says why not.
obtainable() {
  case $(uname -s)-$(uname -m) in
  Linux-x86_64 | Linux-aarch64) ;;
  *) echo "this test runs on Linux x86_64 and aarch64 only"; return 1 ;;
  esac
  limited 60 npm view --fetch-retries=0 "code-server@$CODE_SERVER_VERSION" version >/dev/null 2>&1 || { echo "the npm registry cannot be reached"; return 1; }
  local missing
  missing=$(missing_packages | paste -sd' ')
  [ -z "$missing" ] && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || { echo "not installed: $missing"; return 1; }
  apt_update || { echo "apt-get update fails, and not installed: $missing"; return 1; }
}

apt_update() { # another process may hold the lock of the lists for a while
  local try
  for try in 1 2 3 4; do
    limited 120 apt-get update -qq >/dev/null && return
    sleep 5
  done
  return 1
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} = 0 ] && return
  DEBIAN_FRONTEND=noninteractive limited 300 apt-get install -y -qq --no-install-recommends \
    -o DPkg::Lock::Timeout=120 "${missing[@]}" >/dev/null
}

install_node() {
  [ -x "$NODE/bin/node" ] && return
  local arch=x64 new=$NODE.new
  [ "$(uname -m)" = aarch64 ] && arch=arm64
  rm -rf "$new" && mkdir -p "$new"
  (cd "$new" && limited 180 npm pack --silent "node-linux-$arch@$NODE_VERSION" >/dev/null &&
    tar xzf node-linux-*.tgz --strip-components=1 && rm node-linux-*.tgz)
  mv "$new" "$NODE"
}

install_code_server() {
  [ -d "$CODE_SERVER" ] && return
  local new=$CODE_SERVER.new vscode gyp module
  rm -rf "$new" && mkdir -p "$new"
  vscode=$new/node_modules/code-server/lib/vscode
  echo '{"private":true}' >"$new/package.json"
  # The install scripts build and download much that this test does not need.
  (cd "$new" && limited 300 npm install --omit=dev --ignore-scripts "code-server@$CODE_SERVER_VERSION")
  (cd "$vscode" && limited 300 npm install --omit=dev --ignore-scripts)
  (cd "$vscode/extensions" && limited 300 npm install --omit=dev --ignore-scripts)
  # Without spdlog the editor writes no logs, which are wanted when a test fails.
  gyp=$(dirname "$(readlink -f "$(command -v npm)")")/../node_modules/node-gyp/bin/node-gyp.js
  for module in spdlog native-watchdog; do
    (cd "$vscode/node_modules/@vscode/$module" &&
      limited 300 node "$gyp" rebuild --nodedir="$NODE" -j 2 >build.log 2>&1 || { tail -20 build.log >&2; exit 1; })
  done
  rm -rf "$vscode"/node_modules/@github/copilot-sdk* "$vscode/node_modules/@microsoft/mxc-sdk" # 190 MB of no use here
  mv "$new" "$CODE_SERVER"
}

install_playwright() {
  [ -d "$PLAYWRIGHT" ] && return
  local new=$PLAYWRIGHT.new
  rm -rf "$new" && mkdir -p "$new"
  echo '{"private":true}' >"$new/package.json"
  (cd "$new" && limited 180 npm install --ignore-scripts "playwright-core@$PLAYWRIGHT_VERSION")
  mv "$new" "$PLAYWRIGHT"
}

install_editor() {
  install_packages
  install_node
  PATH=$NODE/bin:$PATH
  install_code_server
  install_playwright
}
