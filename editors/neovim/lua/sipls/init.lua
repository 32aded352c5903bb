local M = {}

local api = vim.api

---How many bytes of a buffer are looked at to see whether it holds SIP.
local LOOK = 64 * 1024

---Whether "SIP/2.0" stands in the first LOOK bytes. Fetches no more of the text than that: a log may
---be one line of many megabytes.
---@param buf integer
---@return boolean
local function mentions_sip(buf)
  local start = 0
  for row = 0, api.nvim_buf_line_count(buf) - 1 do
    local stop = api.nvim_buf_get_offset(buf, row + 1)
    local line ---@type string
    if stop <= LOOK then
      line = api.nvim_buf_get_lines(buf, row, row + 1, true)[1]
    else
      line = api.nvim_buf_get_text(buf, row, 0, row, LOOK - start, {})[1]
    end
    if line:find('SIP/2.0', 1, true) then
      return true
    end
    if stop >= LOOK then
      return false
    end
    start = stop
  end
  return false
end

---The configuration in force: lsp/sipls.lua under what the user set, with |vim.lsp.config()| from
---Neovim 0.11 on, in `vim.g.sipls_config` before.
---@return table
function M.config()
  if vim.fn.has('nvim-0.11') == 1 then
    return vim.deepcopy(vim.lsp.config.sipls)
  end
  local file = assert(
    api.nvim_get_runtime_file('lsp/sipls.lua', false)[1],
    'lsp/sipls.lua is not in the runtimepath'
  )
  return vim.tbl_deep_extend('force', { name = 'sipls' }, dofile(file), vim.g.sipls_config or {})
end

---Whether a buffer is a SIP message file, or a text whose first 64 KiB hold SIP. One without a name
---does not count: Neovim loses the diagnostics that are meant for it.
---@param buf integer
---@return boolean
function M.holds_sip(buf)
  return api.nvim_buf_get_name(buf) ~= '' and (vim.bo[buf].filetype == 'sip' or mentions_sip(buf))
end

---Gives a text without a filetype the filetype "log" if it holds SIP and sipls is to attach to logs.
---@param buf integer
function M.detect(buf)
  if
    api.nvim_buf_is_loaded(buf)
    and vim.bo[buf].filetype == ''
    and vim.bo[buf].buftype == ''
    and vim.list_contains(M.config().filetypes, 'log')
    and M.holds_sip(buf)
  then
    vim.bo[buf].filetype = 'log'
  end
end

---Neovim 0.10 by itself starts a server anew for every buffer that has no root folder, and again
---when such a buffer is read again.
local function same_folder(client, config)
  return client.name == config.name
    and client.root_dir == config.root_dir
    and not client.is_stopped()
end

---Starts the server for a buffer, or attaches the one that runs for the same root folder.
---@param buf integer
---@param config table
---@param dir? string
local function start(buf, config, dir)
  config.root_dir = dir or vim.fs.root(buf, config.root_markers)
  local reuse = config.reuse_client or vim.fn.has('nvim-0.11') == 0 and same_folder or nil
  vim.lsp.start(config, { bufnr = buf, reuse_client = reuse })
end

---What |vim.lsp.enable()| does for a buffer, for Neovim 0.10.
---@param buf integer
function M.start(buf)
  local config = M.config()
  if vim.bo[buf].buftype ~= '' or not vim.list_contains(config.filetypes, vim.bo[buf].filetype) then
    return
  end
  if type(config.root_dir) ~= 'function' then
    return start(buf, config, config.root_dir)
  end
  config.root_dir(buf, function(dir) start(buf, config, dir) end)
end

---Attaches the server to a buffer whatever its first bytes are: to a log whose SIP comes late, or one
---that summarises messages without writing "SIP/2.0".
---@param buf? integer the current buffer by default
function M.attach(buf)
  buf = buf or api.nvim_get_current_buf()
  if vim.bo[buf].filetype == '' then
    vim.bo[buf].filetype = 'log'
  end
  local config = M.config()
  start(buf, config, type(config.root_dir) == 'string' and config.root_dir or nil)
end

---Handles `window/showDocument`: a text that is not in sight yet opens in a window of its own, so
---that the log stays where it is.
function M.show_document(err, params, ctx)
  local show = vim.lsp.handlers['window/showDocument']
  if
    params.external
    or params.takeFocus == false
    or vim.fn.bufwinid(vim.uri_to_bufnr(params.uri)) ~= -1
  then
    return show(err, params, ctx)
  end
  vim.cmd.split()
  local answer = show(err, params, ctx)
  vim.wo[0][0].linebreak = true -- a paragraph is one line
  vim.wo[0][0].conceallevel = 2 -- links show their names
  return answer
end

---Puts a text into the clipboard, and into the register that `p` takes.
---@param text string
local function copy(text)
  vim.fn.setreg('"', text)
  if vim.fn.has('clipboard') == 1 then
    vim.fn.setreg('+', text)
  end
  vim.notify('sipls: message copied')
end

---A name for a file that does not exist yet, neither on disk nor as a buffer.
---@param pattern string with a place for a number
---@return string
local function new_name(pattern)
  local n = 1
  while true do
    local name = pattern:format(n)
    if vim.fn.bufexists(name) == 0 and not vim.uv.fs_stat(name) then
      return name
    end
    n = n + 1
  end
end

---Opens a text in a window of its own. It is saved nowhere until the user writes it; it has a name
---because Neovim shows no diagnostics in a buffer without one.
---@param text string
---@param name string
---@param filetype string
local function open_text(text, name, filetype)
  local dos = not text:find('[^\r]\n') and text:find('\r\n', 1, true) ~= nil
  local lines = vim.split(text, dos and '\r\n' or '\n', { plain = true })
  local ends_with_line = lines[#lines] == ''
  if ends_with_line then
    table.remove(lines)
  end
  vim.cmd.new({ args = { name }, magic = { file = false } })
  vim.bo.fileformat = dos and 'dos' or 'unix'
  vim.bo.fixendofline = false
  vim.bo.endofline = ends_with_line
  api.nvim_buf_set_lines(0, 0, -1, true, lines)
  api.nvim_win_set_cursor(0, { 1, 0 })
  if vim.bo.filetype ~= filetype then
    vim.bo.filetype = filetype
  end
end

---Executes a command of the server.
---@param client vim.lsp.Client
---@param command { command: string, arguments?: any[] }
---@param buf integer
---@param answer fun(err?: { message: string }, result: any)
local function execute(client, command, buf, answer)
  local params = { command = command.command, arguments = command.arguments }
  if vim.fn.has('nvim-0.11') == 1 then
    client:request('workspace/executeCommand', params, answer, buf)
  else
    client.request('workspace/executeCommand', params, answer, buf)
  end
end

---Executes `sipls.copyMessage` or `sipls.openDraft`: the server answers the text of the message.
function M.message_command(command, ctx)
  local client = assert(vim.lsp.get_client_by_id(ctx.client_id))
  execute(client, command, ctx.bufnr, function(err, text)
    if err then
      vim.notify('sipls: ' .. err.message, vim.log.levels.ERROR)
    elseif command.command == 'sipls.copyMessage' then
      copy(text)
    else
      open_text(text, new_name('draft-%d.sip'), 'sip')
    end
  end)
end

---Goes to the place that `sipls.nextMessage` and its like answer.
local function go(client, place, buf)
  if api.nvim_get_current_buf() ~= buf then
    return -- the user is elsewhere by now
  end
  local item = vim.lsp.util.locations_to_items({ place }, client.offset_encoding)[1]
  vim.cmd("normal! m'")
  api.nvim_win_set_cursor(0, { item.lnum, item.col - 1 })
  vim.cmd('normal! zv')
end

---What the commands about a call do with what the server answers.
local call_commands = {
  ['sipls.nextMessage'] = go,
  ['sipls.previousMessage'] = go,
  ['sipls.showCall'] = function(client, places)
    local items = vim.lsp.util.locations_to_items(places, client.offset_encoding)
    vim.fn.setqflist({}, ' ', { title = 'Messages of the call', items = items })
    vim.cmd('botright copen')
  end,
  ['sipls.openCall'] = function(_, text, buf)
    local filetype = vim.bo[buf].filetype
    open_text(text, new_name('call-%d.' .. (filetype == 'sip' and 'sip' or 'log')), filetype)
    vim.bo.modified = false -- it is all in the log
  end,
}

---Executes a command about a call, as lenses do.
function M.call_command(command, ctx)
  local client = assert(vim.lsp.get_client_by_id(ctx.client_id))
  execute(client, command, ctx.bufnr, function(err, result)
    if err then
      vim.notify('sipls: ' .. err.message, vim.log.levels.WARN)
    elseif result == nil or result == vim.NIL then
      vim.notify('sipls: the call has no further message')
    else
      call_commands[command.command](client, result, ctx.bufnr)
    end
  end)
end

---Executes a command about the call under the cursor.
---@param name string
local function at_cursor(name)
  local client = vim.lsp.get_clients({ bufnr = 0, name = 'sipls' })[1]
  if not client then
    vim.notify('sipls: no server is attached to this buffer', vim.log.levels.WARN)
    return
  end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  M.call_command(
    { command = name, arguments = { params.textDocument.uri, params.position } },
    { client_id = client.id, bufnr = api.nvim_get_current_buf() }
  )
end

---Goes to the next message of the call whose message the cursor is in.
function M.next_message() at_cursor('sipls.nextMessage') end

---Goes to the previous message of the call.
function M.previous_message() at_cursor('sipls.previousMessage') end

---Lists the messages of the call in the quickfix window.
function M.show_call() at_cursor('sipls.showCall') end

---Opens a new buffer with nothing but the messages of the call.
function M.open_call() at_cursor('sipls.openCall') end

return M
