-- What the user sets reaches the server: a rule to ignore, filetypes to leave alone.
return {
  init = function(t)
    local user = { filetypes = { 'sip' }, settings = { sipls = { ignore = { t.rule } } } }
    if t.new then
      vim.lsp.config('sipls', user)
    else
      vim.g.sipls_config = user
    end
  end,
  test = function(t)
    t.edit('asterisk.log')
    vim.wait(500)
    t.check(
      'a log gets no server',
      vim.bo.filetype == '' and #vim.lsp.get_clients() == 0,
      vim.lsp.get_clients()
    )
    t.edit('challenge.sip')
    local client = t.wait(t.client)
    t.check('a message file does', client, vim.lsp.get_clients())
    vim.wait(1500)
    t.check('the ignored rule is silent', #vim.diagnostic.get(0) == 0, vim.diagnostic.get(0))

    client.settings = { sipls = { ignore = {} } }
    local change = { settings = client.settings }
    if t.new then
      client:notify('workspace/didChangeConfiguration', change)
    else
      client.notify('workspace/didChangeConfiguration', change)
      vim.wait(500)
      vim.cmd.edit() -- Neovim 0.10 cannot be told that diagnostics are stale
    end
    t.check(
      'and speaks when it is ignored no more',
      t.wait(function() return #vim.diagnostic.get(0) == 1 end)
    )
  end,
}
