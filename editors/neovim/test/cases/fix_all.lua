-- All safe fixes of a message file at once: the branches and the lengths of two messages.
return {
  test = function(t)
    local message = table.concat({
      'OPTIONS sip:bob@example.com SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.10;branch=1',
      'Max-Forwards: 70',
      'From: <sip:alice@example.com>;tag=1',
      'To: <sip:bob@example.com>',
      'Call-ID: 1@192.0.2.10',
      'CSeq: 1 OPTIONS',
      'Accept: application/sdp',
      'Content-Length: 9',
      '',
      '',
    }, '\r\n')
    local path = t.write('options.sip', message .. message)
    vim.cmd.edit(path)
    t.check('the server is attached', t.wait(t.client), vim.lsp.get_clients())
    t.wait(function() return #vim.diagnostic.get(0) >= 4 end)
    vim.lsp.buf.code_action({
      context = { only = { 'source.fixAll.sipls' }, diagnostics = {} },
      apply = true,
    })
    local fixed = (message .. message)
      :gsub('branch=1', 'branch=z9hG4bK1')
      :gsub('Content%-Length: 9', 'Content-Length: 0')
      :gsub('\r', '')
      :gsub('\n$', '')
    t.check('all is fixed', t.wait(function() return t.text() == fixed end), t.text())
    t.check(
      'nothing is left to report',
      t.wait(function() return #vim.diagnostic.get(0) == 0 end),
      vim.diagnostic.get(0)
    )
    vim.cmd('silent undo')
    t.check('one undo takes it back', t.text():find('branch=1\n', 1, true), t.text())
  end,
}
