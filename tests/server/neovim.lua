-- Opens the file $FILE with `nonevent server`, which the Lua in the file $SETTINGS starts, writes
-- what it meets to the file $OUT as JSON and leaves.
local out, file = vim.env.OUT, vim.env.FILE
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

vim.cmd("luafile " .. vim.env.SETTINGS)
vim.cmd("edit " .. file)
if vim.bo.filetype ~= "python" then
  vim.bo.filetype = "python"
end

wait("diagnostics", function()
  return #vim.diagnostic.get(0) > 0
end)
local first = vim.diagnostic.get(0)[1]
seen.diagnostic = { first.source, first.code, first.lnum, first.col, first.severity }

local _, client = next(vim.lsp.get_clients and vim.lsp.get_clients() or vim.lsp.buf_get_clients())
seen.root = client.config.root_dir

local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 20000)
  return answers and answers[client.id] and answers[client.id].result
end

vim.api.nvim_win_set_cursor(0, { first.lnum + 1, first.col + 1 })
seen.hover = ask("textDocument/hover", vim.lsp.util.make_position_params(0, client.offset_encoding)).contents.value

local range = vim.lsp.util.make_range_params(0, client.offset_encoding)
range.context = { diagnostics = {}, only = { "quickfix" } }
local actions = ask("textDocument/codeAction", range)
seen.titles = vim.tbl_map(function(action)
  return action.title
end, actions)
vim.lsp.util.apply_workspace_edit(actions[1].edit, client.offset_encoding)
seen.lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)

wait("the end of the diagnostics", function()
  return #vim.diagnostic.get(0) == 0
end)
finish(nil)
