vim.filetype.add({ extension = { sip = 'sip', sipmsg = 'sip' } })
