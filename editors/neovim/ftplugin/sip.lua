if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = 1

vim.bo.commentstring = '' -- SIP has no comments
vim.bo.comments = ''
vim.bo.textwidth = 0 -- a broken line is another message
vim.bo.fixendofline = false -- Content-Length says where a body ends
vim.bo.modeline = false -- what a peer sent does not set options
vim.opt_local.iskeyword:append('-')
vim.b.undo_ftplugin =
  'setlocal commentstring< comments< textwidth< fixendofline< modeline< iskeyword<'

-- RFC 3261, section 7: lines end with CRLF. A file that exists keeps what it has.
local new = vim.api.nvim_buf_line_count(0) == 1
  and vim.api.nvim_buf_get_lines(0, 0, 1, false)[1] == ''
if new and vim.fn.filereadable(vim.api.nvim_buf_get_name(0)) == 0 then
  vim.bo.fileformat = 'dos'
end
