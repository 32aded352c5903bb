-- In a log: the corrected message on the clipboard, and as a message file of its own.
return {
  test = function(t)
    local log = table.concat({
      '<--- Received SIP request (300 bytes) from UDP:192.0.2.10:5060 --->',
      'OPTIONS sip:bob@example.com SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.10;branch=1',
      'Max-Forwards: 70',
      'From: <sip:alice@example.com>;tag=1',
      'To: <sip:bob@example.com>',
      'Call-ID: 1@192.0.2.10',
      'CSeq: 1 OPTIONS',
      'Accept: application/sdp',
      'Content-Length: 0',
      '',
      '',
    }, '\n')
    local path = t.write('options.log', log)
    vim.cmd.edit(path)
    t.check('the server is attached', t.wait(t.client), vim.lsp.get_clients())
    local buf = vim.api.nvim_get_current_buf()
    t.wait(function() return #vim.diagnostic.get(0) > 0 end)
    local message = log:gsub('^[^\n]*\n', ''):gsub('branch=1', 'branch=z9hG4bK1'):gsub('\n', '\r\n')

    local function act(title)
      vim.api.nvim_win_set_cursor(0, { t.line('Via:'), 0 })
      vim.lsp.buf.code_action({ apply = true, filter = function(a) return a.title == title end })
    end

    act('Copy corrected message')
    t.check(
      'the message is copied',
      t.wait(function() return vim.fn.getreg('"') == message end),
      vim.fn.getreg('"')
    )

    act('Open corrected message as draft')
    t.check(
      'a draft opens',
      t.wait(function() return vim.api.nvim_get_current_buf() ~= buf and vim.bo.filetype == 'sip' end)
    )
    t.check('it is the message', t.text() == message:gsub('\r', ''):gsub('\n$', ''), t.text())
    t.check('its lines end with CRLF', vim.bo.fileformat == 'dos' and vim.bo.endofline)
    t.check('it is written nowhere', vim.bo.modified and not vim.uv.fs_stat(vim.fn.expand('%:p')))
    t.check('it has a server', t.wait(t.client), vim.lsp.get_clients())
    vim.wait(500)
    t.check('and nothing is wrong', #vim.diagnostic.get(0) == 0, vim.diagnostic.get(0))
    t.check('the log is still in sight', vim.fn.bufwinid(buf) ~= -1)
    t.check('the log is as it was', not vim.bo[buf].modified and t.text(buf) .. '\n' == log)
  end,
}
