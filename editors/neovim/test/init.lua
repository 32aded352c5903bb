-- The configuration of a user who has the plugin folder in the runtimepath. Runs one case (SIPLS_CASE)
-- once the editor is up, and leaves with 0 or 1.
local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
vim.opt.runtimepath:append(vim.fs.dirname(here))
vim.o.swapfile = false

local t = {
  passed = 0,
  new = vim.fn.has('nvim-0.11') == 1, -- vim.lsp.config() and vim.lsp.enable()
  rule = '407-without-proxy-authenticate',
  fixtures = vim.fs.joinpath(here, 'fixtures'),
}

local case = dofile(vim.env.SIPLS_CASE)
if case.init then
  case.init(t)
end

function t.check(name, ok, got)
  if not ok then
    error(name .. ': got ' .. vim.inspect(got), 0)
  end
  t.passed = t.passed + 1
  io.stdout:write('ok - ' .. name .. '\n')
end

---Waits until `f` gives a true value, which it returns; nil after ten seconds.
function t.wait(f)
  local value
  vim.wait(10000, function()
    value = f()
    return value
  end, 20)
  return value
end

function t.client()
  local client = vim.lsp.get_clients({ bufnr = 0, name = 'sipls' })[1]
  return client and client.initialized and client or nil
end

---The 1-based number of the line that begins with `text`.
function t.line(text)
  for i, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, true)) do
    if vim.startswith(line, text) then
      return i
    end
  end
  error('no line begins with ' .. text)
end

function t.text(buf) return table.concat(vim.api.nvim_buf_get_lines(buf or 0, 0, -1, true), '\n') end

---Writes a file of that name in a folder of its own; returns its path.
function t.write(name, bytes)
  local path = vim.fs.joinpath(vim.fn.tempname(), name)
  vim.fn.mkdir(vim.fs.dirname(path), 'p')
  local f = assert(io.open(path, 'wb'))
  f:write(bytes)
  f:close()
  return path
end

function t.read(path)
  local f = assert(io.open(path, 'rb'))
  local bytes = f:read('*a')
  f:close()
  return bytes
end

---Opens a copy of a fixture, so that a case may write it.
function t.edit(name)
  local copy = t.write(name, t.read(vim.fs.joinpath(t.fixtures, name)))
  vim.cmd.edit(copy)
  return copy
end

---The text of the hover at a position, in Markdown.
function t.hover(position)
  local params = { textDocument = { uri = vim.uri_from_bufnr(0) }, position = position }
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/hover', params, 10000) or {}
  for _, answer in pairs(answers) do
    if answer.result then
      return answer.result.contents.value
    end
  end
  return ''
end

local function finish(ok, err)
  if not ok then
    io.stdout:write('not ok - ' .. err .. '\n')
  end
  io.stdout:write(('%d passed, %d failed\n'):format(t.passed, ok and 0 or 1))
  vim.cmd(ok and 'qall!' or 'cquit! 1')
end

vim.api.nvim_create_autocmd('VimEnter', {
  once = true,
  callback = vim.schedule_wrap(function()
    finish(xpcall(case.test, function(e) return debug.traceback(tostring(e)) end, t))
  end),
})
