-- The messages of a call among others: commands, lenses, hints, definition, references.
return {
  test = function(t)
    local function options(id, second)
      return table.concat({
        ('[2026-03-04 09:15:0%d.000] VERBOSE[1] res_pjsip_logger.c: <--- Received SIP request (250 bytes) from UDP:192.0.2.9:5060 --->'):format(
          second
        ),
        'OPTIONS sip:pbx.example.com SIP/2.0',
        'Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK' .. id,
        'Max-Forwards: 70',
        'From: <sip:probe@example.com>;tag=1',
        'To: <sip:pbx.example.com>',
        'Call-ID: ' .. id,
        'CSeq: 1 OPTIONS',
        'Accept: application/sdp',
        'Content-Length: 0',
        '',
        '',
      }, '\n')
    end
    local fixture = t.read(vim.fs.joinpath(t.fixtures, 'asterisk.log'))
    local path = t.write('calls.log', options('other', 1) .. fixture .. options('third', 8))
    vim.cmd.edit(path)
    local client = t.wait(t.client)
    t.check('the server is attached', client, vim.lsp.get_clients())
    local log = vim.api.nvim_get_current_buf()
    local invite, failed, ack = t.line('INVITE'), t.line('SIP/2.0 407'), t.line('ACK')
    local function cursor() return vim.api.nvim_win_get_cursor(0)[1] end
    local function goes_to(what, line, act)
      act()
      t.check(what, t.wait(function() return cursor() == line end), cursor())
    end
    local said
    vim.notify = function(message) said = message end

    vim.api.nvim_win_set_cursor(0, { invite + 3, 5 })
    goes_to(':Sipls next', failed, function() vim.cmd.Sipls('next') end)
    vim.keymap.set('n', ']m', '<Plug>(sipls-next-message)')
    goes_to('<Plug>(sipls-next-message)', ack, function() vim.api.nvim_feedkeys(']m', 'x', false) end)
    vim.cmd.Sipls('next')
    t.check('the last message', t.wait(function() return said end) and said:find('no further'), said)
    t.check('is where the cursor stays', cursor() == ack, cursor())
    goes_to(':Sipls previous', failed, function() vim.cmd.Sipls('previous') end)
    goes_to('and back', ack, function() vim.cmd.normal({ args = { '\15' }, bang = true }) end)
    t.check(
      'subcommands are completed',
      vim.deep_equal(
        vim.fn.getcompletion('Sipls ', 'cmdline'),
        { 'alone', 'messages', 'next', 'previous' }
      ),
      vim.fn.getcompletion('Sipls ', 'cmdline')
    )

    vim.api.nvim_win_set_cursor(0, { failed, 0 })
    goes_to('definition', invite, function() vim.lsp.buf.definition() end)

    vim.cmd.Sipls('messages')
    t.check('the list opens', t.wait(function() return vim.bo.buftype == 'quickfix' end))
    local lines = vim.tbl_map(function(item) return item.lnum end, vim.fn.getqflist())
    t.check('it has the messages', vim.deep_equal(lines, { invite, failed, ack }), lines)
    vim.cmd.cclose()
    vim.cmd.buffer(log)

    vim.api.nvim_win_set_cursor(0, { failed, 0 })
    vim.cmd.Sipls('alone')
    t.check('the call opens', t.wait(function() return vim.api.nvim_get_current_buf() ~= log end))
    t.check('without the others', not t.text():find('OPTIONS sip:'), t.text())
    t.check('with all of its own', t.text():find('INVITE sip:') and t.text():find('ACK sip:'), t.text())
    t.check('and what was logged around', t.text():find('Transmitting SIP response'), t.text())
    t.check('as a log', vim.bo.filetype == 'log' and not vim.bo.modified, vim.bo.filetype)
    t.check('that is written nowhere', not vim.uv.fs_stat(vim.fn.expand('%:p')))
    t.check('with a server', t.wait(t.client), vim.lsp.get_clients())
    t.check(
      'that finds the same',
      t.wait(function() return #vim.diagnostic.get(0) == 1 end),
      vim.diagnostic.get(0)
    )
    vim.cmd.close()
    vim.cmd.buffer(log)

    local function request(method, params)
      params.textDocument = { uri = vim.uri_from_bufnr(log) }
      local answers = vim.lsp.buf_request_sync(log, method, params, 10000) or {}
      return answers[client.id] and answers[client.id].result or {}
    end
    local hints = request(
      'textDocument/inlayHint',
      { range = { start = { line = 0, character = 0 }, ['end'] = { line = failed, character = 0 } } }
    )
    t.check(
      'the hint',
      #hints == 1 and hints[1].label == '+3 ms' and hints[1].position.line == failed - 1,
      hints
    )
    t.check(
      'Neovim shows hints',
      pcall(vim.lsp.inlay_hint.enable, true, { bufnr = log })
        and t.wait(function() return #vim.lsp.inlay_hint.get({ bufnr = log }) > 0 end)
    )

    local lenses = request('textDocument/codeLens', {})
    t.check('three calls have lenses', #lenses == 6, lenses)
    local first = vim.iter(lenses):find(function(l) return l.range.start.line == invite - 1 end)
    t.check(
      'one tells what became of the call',
      first.command.title:find('^INVITE alice %-> %+15550100: .* %- 3 messages$'),
      first
    )
    if vim.lsp.codelens.enable then
      vim.lsp.codelens.enable(true, { bufnr = log })
    else
      vim.lsp.codelens.refresh({ bufnr = log })
    end
    t.check(
      'Neovim shows lenses',
      t.wait(function()
        local shown = vim.lsp.codelens.get(vim.fn.has('nvim-0.12') == 1 and { bufnr = log } or log)
        return #shown == 6
      end)
    )
    vim.ui.select = function(items, _, choose)
      for i, item in ipairs(items) do
        local lens = item.lens or item
        if lens.command.command == 'sipls.openCall' then
          choose(item, i)
        end
      end
    end
    vim.api.nvim_win_set_cursor(0, { invite, 0 })
    vim.lsp.codelens.run()
    t.check(
      'a lens is run',
      t.wait(function()
        return vim.api.nvim_get_current_buf() ~= log and not t.text():find('OPTIONS sip:')
      end),
      t.text()
    )
  end,
}
