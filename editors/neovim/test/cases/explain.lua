-- The code actions that explain: a text beside the log.
return {
  test = function(t)
    t.edit('asterisk.log')
    t.check('the server is attached', t.wait(t.client), vim.lsp.get_clients())
    local log = vim.api.nvim_get_current_buf()
    for _, case in ipairs({
      { 'Explain 407', 'Proxy Authentication Required' },
      { 'Compare 401 and 407', '401', '407' },
    }) do
      local title = case[1]
      vim.api.nvim_win_set_cursor(0, { t.line('SIP/2.0 407'), 0 })
      vim.lsp.buf.code_action({ apply = true, filter = function(a) return a.title == title end })
      t.check(
        title .. ' opens a text',
        t.wait(function() return vim.api.nvim_get_current_buf() ~= log and t.text() ~= '' end)
      )
      for _, word in ipairs({ unpack(case, 2) }) do
        t.check('it speaks of ' .. word, t.text():find(word, 1, true), t.text())
      end
      t.check('the log is still in sight', vim.fn.bufwinid(log) ~= -1)
      t.check(
        'the text can be read',
        vim.wo.wrap and vim.bo.fileformat == 'unix' and not vim.bo.modified
      )
      vim.wait(300)
      t.check('the text has no server', #vim.lsp.get_clients({ bufnr = 0 }) == 0)
      vim.cmd.close()
    end
    t.check('the log is as it was', vim.api.nvim_get_current_buf() == log and not vim.bo.modified)
  end,
}
