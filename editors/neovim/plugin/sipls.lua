if vim.g.loaded_sipls then
  return
end
vim.g.loaded_sipls = true

if vim.g.sipls_enabled == false or vim.fn.has('nvim-0.10') == 0 then
  return
end

local subcommands = {
  next = 'next_message',
  previous = 'previous_message',
  messages = 'show_call',
  alone = 'open_call',
}

vim.api.nvim_create_user_command('Sipls', function(command)
  local name = subcommands[command.args]
  if name then
    require('sipls')[name]()
  else
    vim.notify('sipls: no such subcommand: ' .. command.args, vim.log.levels.ERROR)
  end
end, {
  nargs = 1,
  complete = function(lead)
    local names = vim.tbl_filter(
      function(name) return vim.startswith(name, lead) end,
      vim.tbl_keys(subcommands)
    )
    table.sort(names)
    return names
  end,
  desc = 'The call under the cursor: its next or previous message, all, or opened alone',
})

for plug, name in pairs({
  ['next-message'] = 'next_message',
  ['previous-message'] = 'previous_message',
  ['show-call'] = 'show_call',
  ['open-call'] = 'open_call',
}) do
  vim.keymap.set('n', ('<Plug>(sipls-%s)'):format(plug), function() require('sipls')[name]() end)
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
