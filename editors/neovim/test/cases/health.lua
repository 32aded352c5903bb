-- :checkhealth sipls, :help sipls
return {
  test = function(t)
    t.edit('challenge.sip')
    t.check('the server is attached', t.wait(t.client), vim.lsp.get_clients())
    vim.cmd.checkhealth('sipls')
    local report = t.text()
    t.check('all is well', not report:find('ERROR') and not report:find('WARNING'), report)
    t.check('it knows the server program', report:find(vim.fn.exepath('sipls'), 1, true), report)
    if t.new then
      t.check(
        'it asked the server for its version',
        report:find('server version %d+%.%d+%.%d+'),
        report
      )
    end
    t.check('it lists the buffers', report:find('challenge.sip', 1, true), report)

    vim.env.PATH = '/nonexistent'
    vim.cmd.checkhealth('sipls')
    t.check('a missing program is an error', t.text():find('ERROR.*not found: sipls'), t.text())

    local plugin = vim.fn.tempname() -- :helptags writes beside the help file
    vim.fn.mkdir(plugin .. '/doc', 'p')
    local help = t.read(vim.api.nvim_get_runtime_file('doc/sipls.txt', false)[1])
    local f = assert(io.open(plugin .. '/doc/sipls.txt', 'wb'))
    f:write(help)
    f:close()
    vim.cmd.helptags(plugin .. '/doc')
    vim.opt.runtimepath:append(plugin)
    for link in help:gmatch('|([^%s|]+)|') do
      if t.new or vim.startswith(link, 'sipls') then -- the rest speaks of newer help, too
        t.check(':help ' .. link, pcall(vim.cmd.help, link), link)
      end
    end
    vim.cmd.help('sipls')
    t.check(':help sipls', vim.fn.expand('%:t') == 'sipls.txt', vim.fn.expand('%'))
  end,
}
