if vim.g.loaded_sipls then
  return
end
vim.g.loaded_sipls = true

if vim.g.sipls_enabled == false or vim.fn.has('nvim-0.10') == 0 then
  return
end

local group = vim.api.nvim_create_augroup('sipls', {})

-- Most logs have no filetype and get no FileType event. Scheduled, so that the text is on screen
-- first and every other plugin has had its chance to name a filetype.
vim.api.nvim_create_autocmd('BufReadPost', {
  group = group,
  callback = function(ev)
    vim.schedule(function() require('sipls').detect(ev.buf) end)
  end,
})

if vim.fn.has('nvim-0.11') == 1 then
  vim.lsp.enable('sipls')
else
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    callback = function(ev) require('sipls').start(ev.buf) end,
  })
end

if vim.v.vim_did_enter == 1 then -- loaded late, by a plugin manager or by hand
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    require('sipls').detect(buf)
    if vim.fn.has('nvim-0.11') == 0 then
      require('sipls').start(buf)
    end
  end
end
