-- The plugin arrives when texts are open, as with a plugin manager that loads it late.
-- args: asterisk.log
return {
  init = function() vim.g.loaded_sipls = true end,
  test = function(t)
    vim.cmd.vsplit(vim.fs.joinpath(t.fixtures, 'trace.txt'))
    vim.wait(200)
    t.check('no server without the plugin', #vim.lsp.get_clients() == 0)
    vim.g.loaded_sipls = nil
    vim.cmd.runtime('plugin/sipls.lua')
    t.check('the text gets the server', t.wait(t.client), vim.lsp.get_clients())
    vim.cmd.wincmd('p')
    t.check('the log does', t.wait(t.client), vim.lsp.get_clients())
    t.check('it is the same server', #vim.lsp.get_clients() == 1, vim.lsp.get_clients())
  end,
}
