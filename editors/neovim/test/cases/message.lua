-- A message file: CRLF, a 407 without Proxy-Authenticate.
return {
  test = function(t)
    local path = t.edit('challenge.sip')
    t.check('the filetype is sip', vim.bo.filetype == 'sip', vim.bo.filetype)
    t.check('the file has CRLF', vim.bo.fileformat == 'dos', vim.bo.fileformat)
    local client = t.wait(t.client)
    t.check('the server is attached', client, vim.lsp.get_clients())
    t.check('its language id is sip', client.get_language_id(0, vim.bo.filetype) == 'sip')

    t.wait(function() return #vim.diagnostic.get(0) > 0 end)
    local found = vim.diagnostic.get(0)
    t.check(
      'there is one diagnostic, on the status line',
      #found == 1 and found[1].lnum == 0,
      found
    )
    t.check('its code is the rule', found[1].code == t.rule, found[1].code)

    vim.api.nvim_win_set_cursor(0, { 1, 0 })
    local before = vim.api.nvim_buf_get_lines(0, 0, -1, true)
    vim.lsp.buf.code_action({
      apply = true,
      filter = function(a) return a.title:find('Insert Proxy%-Authenticate') end,
    })
    t.check(
      'the fix inserts a line',
      t.wait(function() return vim.api.nvim_buf_line_count(0) == #before + 1 end),
      t.text()
    )
    local at = t.line('Proxy-Authenticate: Digest ')
    t.check('it is in the header section', at > 1 and at < t.line('Content-Length') + 2, t.text())
    local after = vim.api.nvim_buf_get_lines(0, 0, -1, true)
    table.remove(after, at)
    t.check('nothing else changed', vim.deep_equal(before, after), after)
    t.check(
      'the diagnostic is gone',
      t.wait(function() return #vim.diagnostic.get(0) == 0 end),
      vim.diagnostic.get(0)
    )

    vim.cmd('silent write')
    local bytes = t.read(path)
    t.check('every line written ends with CRLF', not bytes:gsub('\r\n', ''):find('[\r\n]'), bytes)
    t.check('no line was lost', select(2, bytes:gsub('\r\n', '')) == #before + 1, bytes)

    vim.cmd('silent undo')
    t.check(
      'undo brings the diagnostic back',
      t.wait(function() return #vim.diagnostic.get(0) == 1 end),
      vim.diagnostic.get(0)
    )
  end,
}
