-- Which buffers get the server.
local line = 'Mar  4 09:15:02 pbx1 kernel: link is up\n'
local sip = 'OPTIONS sip:pbx.example.com SIP/2.0\n'

return {
  test = function(t)
    local function case(name, path, want)
      vim.cmd.edit(path)
      if vim.endswith(want, 'with') then
        t.wait(t.client)
      else
        vim.wait(300)
      end
      local got = vim.bo.filetype .. (t.client() and ' with' or ' without')
      t.check(name, got == want, got)
    end

    t.edit('trace.txt')
    local client = t.wait(t.client)
    t.check('a text that holds SIP gets the server', client, vim.lsp.get_clients())
    t.check(
      'its language id is plaintext',
      client.get_language_id(0, vim.bo.filetype) == 'plaintext'
    )
    t.edit('notes.txt')
    vim.wait(500)
    t.check('a text without SIP does not', not t.client(), vim.lsp.get_clients({ bufnr = 0 }))

    case('a log without SIP does not', t.write('kernel.log', line:rep(100)), ' without')
    case('a log without a name that ends in log does', t.write('full.1', line .. sip), 'log with')
    case('an empty file does not', t.write('empty.log', ''), ' without')
    case(
      'source code that holds SIP does not',
      t.write('parse.c', '/* ' .. sip .. ' */'),
      'c without'
    )
    case(
      'a script that holds SIP does not',
      t.write('ping', '#!/bin/sh\necho "' .. sip .. '"'),
      'sh without'
    )
    case('SIP within the first 64 KiB is seen', t.write('a.log', line:rep(1600) .. sip), 'log with')
    case('SIP behind them is not', t.write('b.log', line:rep(1640) .. sip), ' without')
    case(
      'one line is cut there too',
      t.write('c.log', ('x'):rep(65536 - 7) .. 'SIP/2.0'),
      'log with'
    )
    case(
      'one byte later is too late',
      t.write('d.log', ('x'):rep(65536 - 6) .. 'SIP/2.0'),
      ' without'
    )

    t.edit('trace.txt')
    t.wait(t.client)
    vim.cmd.edit()
    vim.wait(300)
    t.check(
      'one server serves them all, and reading a text again starts none',
      #vim.lsp.get_clients() == 1,
      vim.lsp.get_clients()
    )

    vim.cmd.edit(t.write('late.log', line:rep(5000) .. sip))
    require('sipls').attach()
    t.check('attach() does not ask', t.wait(t.client), vim.lsp.get_clients())

    if t.new then
      vim.cmd.edit(t.write('e.log', sip))
      t.check('a log has the server', t.wait(t.client))
      vim.lsp.config('other', { cmd = { 'cat' }, filetypes = { 'other' } })
      vim.lsp.enable('other')
      vim.wait(200)
      t.check(
        'and keeps it when another server is enabled later',
        t.client(),
        vim.lsp.get_clients()
      )
    end

    vim.cmd.enew()
    vim.api.nvim_buf_set_lines(0, 0, -1, true, { 'OPTIONS sip:pbx.example.com SIP/2.0' })
    vim.bo.filetype = 'sip'
    vim.wait(300)
    t.check(
      'a buffer without a name gets no server',
      not t.client(),
      vim.lsp.get_clients({ bufnr = 0 })
    )
    vim.bo.modified = false

    -- Counted, not timed: a busy machine must not fail it.
    local fetched = 0
    for _, name in ipairs({ 'nvim_buf_get_lines', 'nvim_buf_get_text' }) do
      local get = vim.api[name]
      vim.api[name] = function(...)
        local lines = get(...)
        fetched = fetched + #table.concat(lines, '\n')
        return lines
      end
    end
    for name, text in pairs({ ['one line'] = ('x'):rep(2 ^ 24), ['many lines'] = line:rep(2 ^ 19) }) do
      vim.cmd.edit(t.write('big.log', text))
      fetched = 0
      require('sipls').holds_sip(0)
      t.check(name .. ': 64 KiB are fetched, no more', fetched > 0 and fetched <= 65536, fetched)
    end
  end,
}
