-- Calls that succeed, trap and are refused, in turn and without haste
local markdown = { path = "/functions/markdown", type = "text/markdown", body = "**Thank you**" }
local vat = { path = "/functions/vat", type = "application/json", body = "[32693, 190]" }
local trap = { path = "/functions/vat", type = "application/json", body = "[32693, 1001]" }
local invalid = { path = "/functions/vat", type = "application/json", body = "no numbers" }
local calls = { markdown, vat, markdown, vat, trap, invalid }
local next = 0

request = function()
  next = next % #calls + 1
  local call = calls[next]
  return wrk.format("POST", call.path, { ["Content-Type"] = call.type }, call.body)
end

delay = function()
  return 10
end
