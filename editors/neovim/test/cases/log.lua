-- A log named on the command line: Asterisk's pjsip logger, a 407 without Proxy-Authenticate.
-- args: asterisk.log
return {
  test = function(t)
    t.check(
      'a log that holds SIP becomes a log',
      t.wait(function() return vim.bo.filetype == 'log' end),
      vim.bo.filetype
    )
    local client = t.wait(t.client)
    t.check('the server is attached', client, vim.lsp.get_clients())
    t.check('its language id is log', client.get_language_id(0, vim.bo.filetype) == 'log')

    local status = t.line('SIP/2.0 407')
    t.wait(function() return #vim.diagnostic.get(0) > 0 end)
    local found = vim.diagnostic.get(0)
    t.check('there is one diagnostic', #found == 1, found)
    t.check(
      'it is on the status line',
      found[1].lnum == status - 1 and found[1].end_lnum == status - 1,
      found[1]
    )
    t.check('its code is the rule', found[1].code == t.rule, found[1].code)
    t.check('it comes from sipls', found[1].source == 'sipls', found[1].source)
    t.check(
      'it names the header',
      found[1].message:find('Proxy-Authenticate', 1, true),
      found[1].message
    )

    vim.api.nvim_win_set_cursor(0, { status, 10 })
    vim.lsp.buf.hover()
    local float = t.wait(function()
      return vim
        .iter(vim.api.nvim_list_wins())
        :find(function(w) return vim.api.nvim_win_get_config(w).relative ~= '' end)
    end)
    t.check('the hover opens', float, vim.api.nvim_list_wins())
    local hover = t.text(vim.api.nvim_win_get_buf(float))
    t.check('it names the code', hover:find('407 Proxy Authentication Required', 1, true), hover)
    t.check(
      'it says what the code means',
      hover:find('wants the client to authenticate', 1, true),
      hover
    )
    t.check('it says what is missing', hover:find('without Proxy-Authenticate', 1, true), hover)
    vim.api.nvim_win_close(float, true)

    local offered
    vim.lsp.buf.code_action({
      filter = function(a)
        offered = offered or {}
        table.insert(offered, a)
        return false
      end,
    })
    t.check('code actions are offered', t.wait(function() return offered end))
    t.check(
      'none edits a log',
      not vim.iter(offered):any(function(a) return a.edit or a.kind == 'quickfix' end),
      offered
    )

    t.check('the log is as it was', not vim.bo.modified)

    vim.cmd.edit()
    vim.wait(300)
    t.check('a log read again keeps its server', t.wait(t.client), vim.lsp.get_clients())
    t.check(
      'and its diagnostic',
      t.wait(function() return #vim.diagnostic.get(0) == 1 end),
      vim.diagnostic.get(0)
    )
  end,
}
