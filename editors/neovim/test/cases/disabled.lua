-- vim.g.sipls_enabled = false: colours, but no server.
return {
  init = function() vim.g.sipls_enabled = false end,
  test = function(t)
    for _, case in ipairs({
      { 'challenge.sip', 'sip' },
      { 'asterisk.log', '' },
      { 'trace.txt', 'text' },
    }) do
      local name, filetype = unpack(case)
      t.edit(name)
      vim.wait(300)
      t.check(name .. ' gets no server', #vim.lsp.get_clients() == 0, vim.lsp.get_clients())
      t.check('its filetype is what it would be', vim.bo.filetype == filetype, vim.bo.filetype)
    end
  end,
}
