---@brief
---
--- `sipls` finds and explains what is wrong with SIP in message files, logs and traces.
---
--- It attaches to `.sip` and `.sipmsg` files, and to logs and plain texts whose first 64 KiB hold SIP.

local commands = {
  ['sipls.copyMessage'] = function(...) require('sipls').message_command(...) end,
  ['sipls.openDraft'] = function(...) require('sipls').message_command(...) end,
  ['sipls.showCall'] = function(...) require('sipls').call_command(...) end,
  ['sipls.openCall'] = function(...) require('sipls').call_command(...) end,
}

---@type vim.lsp.Config
return {
  cmd = { 'sipls', 'serve' },
  filetypes = { 'sip', 'log', 'messages', 'text' },
  root_markers = { '.git' },
  -- Only asked whether the buffer holds SIP; the folder comes from `root_markers`.
  root_dir = function(bufnr, on_dir)
    if require('sipls').holds_sip(bufnr) then
      on_dir()
    end
  end,
  get_language_id = function(_, filetype)
    return ({ messages = 'log', text = 'plaintext' })[filetype] or filetype
  end,
  -- The server asks for the settings, but diagnostics may be asked for before it has them, and
  -- Neovim 0.10 does not ask again.
  before_init = function(params, config)
    params.initializationOptions = config.init_options or config.settings
  end,
  handlers = {
    -- Neovim drops the diagnostics of a buffer that is read again, but keeps the result id, so that
    -- "unchanged" would leave it without any. No id, no such answer.
    ['textDocument/diagnostic'] = function(err, result, ctx, ...)
      if result then
        result.resultId = nil
      end
      return vim.lsp.handlers['textDocument/diagnostic'](err, result, ctx, ...)
    end,
    ['window/showDocument'] = function(...) return require('sipls').show_document(...) end,
  },
  -- The server offers these only where the editor does its part. Neovim 0.10 takes the capabilities
  -- of a configuration for all there are.
  capabilities = vim.tbl_deep_extend('force', vim.lsp.protocol.make_client_capabilities(), {
    experimental = { commands = { commands = vim.tbl_keys(commands) } },
  }),
  commands = commands,
  settings = { sipls = vim.empty_dict() },
}
