#!/bin/bash
# usage: terminal.sh NVIM SERVER_DIR WORK_DIR
#
# Works with the plugin in a terminal as a person does: reads the diagnostic and the hover in a log,
# has a code explained, mends a message file. Each step leaves its screen in WORK_DIR/NAME.ansi.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
nvim=$1 server=$2 work=$3
mkdir -p "$work/home" "$work/config/nvim"
cp "$here"/fixtures/{asterisk.log,challenge.sip} "$work"
cat >"$work/config/nvim/init.lua" <<T
vim.opt.runtimepath:append('${here%/*}')
vim.o.swapfile = false
vim.o.number = true
vim.o.signcolumn = 'yes'
vim.o.termguicolors = true
vim.diagnostic.config({ virtual_text = true })
if vim.fn.exists('+winborder') == 1 then
  vim.o.winborder = 'rounded'
end
T

T() { tmux -f /dev/null -S "$work/tmux" "$@"; }
trap 'T kill-server 2>/dev/null || true' EXIT

# see NAME REGEX : waits until the screen shows it
see() {
	for _ in $(seq 150); do
		if T capture-pane -p | grep -qE -- "$2"; then
			sleep 0.2 # the rest of the screen is drawn
			T capture-pane -e -p >"$work/$1.ansi"
			echo "ok - $1"
			return 0
		fi
		sleep 0.1
	done
	echo "not ok - $1: no /$2/ on the screen:"
	T capture-pane -p
	exit 1
}

keys() { T send-keys "$@"; }

T new-session -d -x 120 -y 36 -c "$work" "env -i HOME='$work/home' XDG_CONFIG_HOME='$work/config' PATH='$server:$PATH' TERM=tmux-256color COLORTERM=truecolor LANG=C.UTF-8 \
	'$nvim' -i NONE asterisk.log; echo left with \$?; sleep 5"
see log-diagnostic 'SIP/2\.0 407 .*Proxy-Authenticate'
keys '/^SIP.2.0 407' Enter
sleep 0.3
keys K
see log-hover '407 Proxy Authentication Required'
keys ':lua vim.lsp.buf.code_action({ apply = true, filter = function(a) return a.title == "Explain 407" end })' Enter
see log-explain '407 Proxy Authentication Required'
keys ':only | edit challenge.sip' Enter
see message-diagnostic 'SIP/2\.0 407 .*Proxy-Authenticate'
keys ':lua vim.lsp.buf.code_action()' Enter
see message-actions 'Insert Proxy-Authenticate'
keys "$(T capture-pane -p | sed -n 's/^ *\([0-9]*\): Insert Proxy-Authenticate.*/\1/p' | head -1)" Enter
see message-fixed '^ *[0-9]+ Proxy-Authenticate: Digest'
keys ':wq' Enter
see left 'left with 0'
grep -q $'^Proxy-Authenticate: Digest .*\r$' "$work/challenge.sip" || { echo "not ok - saved"; exit 1; }
echo "ok - saved"
