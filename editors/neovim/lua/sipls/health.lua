local M = {}

local health = vim.health

---@return table? config
local function check_neovim()
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.10') == 0 then
    health.error('Neovim ' .. version .. ' is too old', 'Install Neovim 0.10 or newer.')
    return nil
  end
  health.ok('Neovim ' .. version)
  if vim.g.sipls_enabled == false then
    health.info('`vim.g.sipls_enabled` is false: the server is not started by itself')
  elseif not vim.g.loaded_sipls then
    health.warn(
      'plugin/sipls.lua was not loaded',
      'Add the plugin folder to the runtimepath before plugins are loaded.'
    )
  end
  return require('sipls').config()
end

---@param cmd string[]|function
local function check_server(cmd)
  if type(cmd) ~= 'table' then
    health.info('The server is started by a function')
    return
  end
  local path = vim.fn.exepath(cmd[1])
  if path == '' then
    health.error('Server not found: ' .. cmd[1], {
      'Build it in the sipls checkout: go build -o ~/.local/bin/sipls ./cmd/sipls',
      'Or say where it is: |sipls-config|.',
    })
    return
  end
  local ok, process = pcall(vim.system, { path, 'version' }, { text = true })
  local result = ok and process:wait(5000)
  if result and result.code == 0 then
    health.ok(('Server: %s (%s)'):format(path, vim.trim(result.stdout)))
  else
    health.error(
      ('`%s version` failed'):format(path),
      'Is this the sipls that you mean? See |sipls-config|.'
    )
  end
end

local function check_clients()
  local clients = vim.lsp.get_clients({ name = 'sipls' })
  if #clients == 0 then
    health.info('No server is running: no open buffer holds SIP')
  end
  for _, client in ipairs(clients) do
    local buffers = {}
    for buf in pairs(client.attached_buffers) do
      local name = vim.api.nvim_buf_get_name(buf)
      table.insert(
        buffers,
        '  - ' .. (name ~= '' and vim.fn.fnamemodify(name, ':~:.') or ('buffer ' .. buf))
      )
    end
    table.sort(buffers)
    local version = vim.tbl_get(client, 'server_info', 'version') -- not kept before Neovim 0.11
    local title = ('Client %d%s, attached to:\n'):format(
      client.id,
      version and ', server version ' .. version or ''
    )
    health.ok(title .. table.concat(buffers, '\n'))
  end
end

function M.check()
  health.start('sipls')
  local config = check_neovim()
  if config then
    check_server(config.cmd)
    check_clients()
  end
end

return M
