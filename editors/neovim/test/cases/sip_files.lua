-- Filetype, options and colours of message files; no server needed.
return {
  init = function()
    vim.g.sipls_enabled = false
    vim.o.modeline = true -- root has it off
  end,
  test = function(t)
    ---The highlight groups at a byte of a line, outermost first.
    local function groups(lnum, col)
      return vim
        .iter(vim.fn.synstack(lnum, col))
        :map(function(id) return vim.fn.synIDattr(id, 'name') end)
        :totable()
    end

    vim.cmd.syntax('on')
    vim.cmd.edit(vim.fn.tempname() .. '.sipmsg')
    t.check('.sipmsg is sip', vim.bo.filetype == 'sip', vim.bo.filetype)
    t.check('a new file gets CRLF', vim.bo.fileformat == 'dos', vim.bo.fileformat)
    t.check('modelines of a peer are not obeyed', not vim.bo.modeline)
    t.check('no line end is added to a body', not vim.bo.fixendofline)
    vim.api.nvim_buf_set_lines(0, 0, -1, true, {
      'INVITE sip:bob@example.com;transport=tcp SIP/2.0',
      'v: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1',
      'From: "A \\" <sip:x>" <sip:alice@example.com>;tag=1',
      'Subject: one',
      ' SIP/2.0 200 OK is not a status line here',
      'X-Own: SIP/2.0',
      '',
      'v=0',
      'm=audio 4000 RTP/AVP 0',
      'a=rtpmap:0 PCMU/8000',
      'SIP/2.0 180 Ringing',
      'SIP/2.0 200 OK',
      'SIP/2.0 302 Moved Temporarily',
      'SIP/2.0 407 Proxy Authentication Required',
      'SIP/2.0 503 Service Unavailable',
      'SIP/2.0 603 Decline',
    })
    for _, case in ipairs({
      { 1, 1, 'sipMethod' },
      { 1, 8, 'sipUri' },
      { 1, 28, 'sipUriParam' },
      { 1, 42, 'sipVersion' },
      { 2, 1, 'sipCompactName' },
      { 2, 4, 'sipVersion' },
      { 2, 27, 'sipParam' },
      { 3, 1, 'sipHeaderName' },
      { 3, 13, 'sipString' },
      { 3, 24, 'sipUri' },
      { 3, 47, 'sipParam' },
      { 5, 10, 'sipFolded' },
      { 6, 1, 'sipHeaderName' },
      { 8, 1, 'sipSdpType' },
      { 9, 3, 'sipSdpMedia' },
      { 10, 3, 'sipSdpAttribute' },
      { 11, 9, 'sipProvisional' },
      { 12, 9, 'sipSuccess' },
      { 13, 9, 'sipRedirection' },
      { 14, 9, 'sipClientError' },
      { 15, 9, 'sipServerError' },
      { 16, 9, 'sipGlobalFailure' },
    }) do
      local stack = groups(case[1], case[2])
      t.check(('line %d, byte %d is %s'):format(unpack(case)), stack[#stack] == case[3], stack)
    end
    vim.cmd('silent write')
    local bytes = t.read(vim.fn.expand('%:p'))
    t.check('a new file is written with CRLF', bytes:find('SIP/2.0\r\nv: ', 1, true), bytes)

    local text =
      'OPTIONS sip:example.com SIP/2.0\r\nSubject: vim: set textwidth=7 :\r\nl: 2\r\n\r\nhi'
    local path = t.write('a.sip', text)
    vim.cmd.edit(path)
    t.check('a modeline in a message sets nothing', vim.bo.textwidth == 0, vim.bo.textwidth)
    vim.api.nvim_buf_set_lines(0, 1, 2, true, { 'Subject: x' })
    vim.cmd('silent write')
    bytes = t.read(path)
    t.check(
      'a body without line end stays so',
      bytes == text:gsub('vim: set textwidth=7 :', 'x'),
      bytes
    )
  end,
}
