-- Opens the file named last on the command line with `nonevent server`, writes what it meets to
-- the file $OUT as JSON and leaves. $PYTHON runs nonevent.
local out, root, file = vim.env.OUT, vim.fn.getcwd(), vim.env.FILE
local seen = {}

local function finish(why)
  seen.why = why
  vim.fn.writefile({ vim.fn.json_encode(seen) }, out)
  vim.cmd(why and "cquit" or "qall!")
end

local function wait(what, test)
  if not vim.wait(20000, test, 20) then
    finish(what .. " never came")
  end
end

vim.cmd("edit " .. file)
vim.bo.filetype = "python"
local client = vim.lsp.start_client({
  name = "nonevent",
  cmd = { vim.env.PYTHON, "-m", "nonevent", "server" },
  root_dir = root,
})
vim.lsp.buf_attach_client(0, client)

wait("diagnostics", function()
  return #vim.diagnostic.get(0) > 0
end)
local first = vim.diagnostic.get(0)[1]
seen.diagnostic = { first.source, first.code, first.lnum, first.col, first.severity }

local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 20000)
  return answers and answers[client] and answers[client].result
end

vim.api.nvim_win_set_cursor(0, { first.lnum + 1, first.col + 1 })
seen.hover = ask("textDocument/hover", vim.lsp.util.make_position_params()).contents.value

local range = vim.lsp.util.make_range_params()
range.context = { diagnostics = {}, only = { "quickfix" } }
local actions = ask("textDocument/codeAction", range)
seen.titles = vim.tbl_map(function(action)
  return action.title
end, actions)
vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
seen.lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)

wait("the end of the diagnostics", function()
  return #vim.diagnostic.get(0) == 0
end)
finish(nil)
