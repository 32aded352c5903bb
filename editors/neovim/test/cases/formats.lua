-- A 407 without Proxy-Authenticate as each logger writes it: in a log the finding and the hover, in a
-- message file the fix as well.
local folder = vim.fs.joinpath(vim.fs.dirname(vim.env.SIPLS_CASE), '..', '..', '..', 'testdata')

return {
  test = function(t)
    local logs = vim.fn.globpath(folder, '*.log', true, true)
    t.check('there is a log of each format', #logs == 5, logs)
    for _, log in ipairs(logs) do
      local format = vim.fs.basename(log):gsub('%.log$', '')
      for _, name in ipairs({ format .. '.log', format .. '.sip' }) do
        vim.cmd.edit(t.write(name, t.read(log)))
        t.wait(function() return #vim.diagnostic.get(0) > 0 end)
        local found = vim.diagnostic.get(0)
        t.check(name .. ': one diagnostic', #found == 1 and found[1].code == t.rule, found)
        local status = vim.api.nvim_buf_get_lines(0, found[1].lnum, found[1].lnum + 1, true)[1]
        t.check(
          name .. ': it is on the status line',
          vim.startswith(vim.trim(status), 'SIP/2.0 407'),
          status
        )

        local at = { line = found[1].lnum, character = found[1].col + 8 }
        local hover = t.hover(at)
        t.check(
          name .. ': the hover tells the meaning and what is missing',
          hover:find('wants the client to authenticate', 1, true)
            and hover:find('without Proxy-Authenticate', 1, true),
          hover
        )
      end

      -- The message file is open: mend it.
      local before = vim.api.nvim_buf_get_lines(0, 0, -1, true)
      vim.api.nvim_win_set_cursor(0, { vim.diagnostic.get(0)[1].lnum + 1, 0 })
      vim.lsp.buf.code_action({
        apply = true,
        filter = function(a) return a.title:find('Insert Proxy%-Authenticate') end,
      })
      t.check(
        format .. ': the fix inserts a line',
        t.wait(function() return vim.api.nvim_buf_line_count(0) == #before + 1 end),
        t.text()
      )
      local inserted = vim.iter(ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, true))):find(
        function(_, l) return vim.startswith(vim.trim(l), 'Proxy-Authenticate: Digest ') end
      )
      local lines = vim.api.nvim_buf_get_lines(0, inserted - 2, inserted, true)
      t.check(
        format .. ': it is indented like its neighbour',
        lines[1]:match('^%s*') == lines[2]:match('^%s*'),
        lines
      )
      t.check(
        format .. ': the diagnostic is gone',
        -- Neovim writes LF into a buffer whose lines have both ends, and that is found then.
        t.wait(function()
          return not vim
            .iter(vim.diagnostic.get(0))
            :any(function(d) return d.code ~= 'line-ends-mixed' end)
        end),
        vim.diagnostic.get(0)
      )
      vim.cmd('silent write')
    end
  end,
}
