-- A message that somebody writes: completion of a half-typed header field by keys, and formatting.
local request = table.concat({
  'OPTIONS sip:bob@example.com SIP/2.0',
  'via:SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK7d0c2f8e',
  'Max-Forwards : 70',
  'From: <sip:alice@example.com>;tag=a91f4c07',
  'To: <sip:bob@example.com>',
  'Call-ID: 7d0c2f8e@192.0.2.10',
  'CSeq: 1 OPTIONS',
  'Content-Length: 7',
  '',
  '',
}, '\r\n')

return {
  test = function(t)
    local path = t.write('request.sip', request)

    -- Completion needs an editor that waits for keys: this one runs the case. A second one gets them.
    local plugin = vim.fs.dirname(vim.fs.dirname(t.fixtures))
    local child = vim.fn.jobstart(
      { vim.v.progpath, '--embed', '--headless', '-u', 'NONE', '-i', 'NONE', '-n' },
      { rpc = true }
    )
    local function lua(code, ...) return vim.rpcrequest(child, 'nvim_exec_lua', code, { ... }) end
    local function keys(k) vim.rpcrequest(child, 'nvim_input', k) end
    lua(
      [[
        local plugin, path = ...
        vim.opt.runtimepath:append(plugin)
        vim.o.completeopt = 'menuone,noselect'
        vim.cmd('filetype plugin on')
        vim.cmd.runtime('plugin/sipls.lua')
        vim.cmd.edit(path)
      ]],
      plugin,
      path
    )
    local attached = t.wait(function()
      return lua([[
        local client = vim.lsp.get_clients({ bufnr = 0, name = 'sipls' })[1]
        return client ~= nil and client.initialized == true
      ]])
    end)
    t.check('the server is attached', attached, vim.rpcrequest(child, 'nvim_exec', 'messages', true))
    if t.new then
      lua([[
        local client = vim.lsp.get_clients({ bufnr = 0, name = 'sipls' })[1]
        vim.lsp.completion.enable(true, client.id, 0, { autotrigger = false })
        local ask = vim.lsp.completion.get or vim.lsp.completion.trigger
        vim.keymap.set('i', '<C-Space>', ask)
      ]])
    end
    keys('7GoSup')
    keys(t.new and '<C-Space>' or '<C-x><C-o>')
    local shown = t.wait(function() return vim.rpcrequest(child, 'nvim_eval', 'pumvisible()') == 1 end)
    t.check('completion opens', shown, vim.rpcrequest(child, 'nvim_get_current_line'))
    local words = vim.rpcrequest(child, 'nvim_eval', [[map(complete_info(['items']).items, 'v:val.word')]])
    t.check('it knows the header field', words[1] and vim.startswith(words[1], 'Supported'), words)
    keys('<C-n><C-y>')
    local line
    t.wait(function()
      line = vim.rpcrequest(child, 'nvim_get_current_line')
      return line == (t.new and 'Supported: timer' or line) and vim.startswith(line, 'Supported')
    end)
    t.check('it writes the header field', vim.startswith(line, t.new and 'Supported: timer' or 'Supported'), line)
    keys('<Esc>')
    vim.fn.jobstop(child)

    vim.cmd.edit(path)
    t.check('the server is attached here, too', t.wait(t.client), vim.lsp.get_clients())
    vim.lsp.buf.format({ name = 'sipls', timeout_ms = 10000 })
    local want = request:gsub('via:', 'Via: '):gsub('Forwards : ', 'Forwards: '):gsub('Length: 7', 'Length: 0')
    vim.cmd('silent write')
    t.check('formatting tidies the message', t.read(path) == want, t.read(path))
    vim.lsp.buf.format({ name = 'sipls', timeout_ms = 10000 })
    t.check('a tidy message stays as it is', not vim.bo.modified, t.text())

    t.edit('asterisk.log')
    t.check('the server is attached to a log', t.wait(t.client), vim.lsp.get_clients())
    vim.lsp.buf.format({ name = 'sipls', timeout_ms = 10000 })
    t.check('formatting leaves a log alone', not vim.bo.modified, t.text())
  end,
}
