local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local seed = 42
local function random() seed = (seed * 1103515245 + 12345) & 0x7fffffff return seed end
local numbers = {}
for i = 1, 2000 do numbers[i] = random() end
table.sort(numbers)
local counts = {}
for _, n in ipairs(numbers) do counts[n % 97] = (counts[n % 97] or 0) + 1 end
local caught = 0
for i = 1, 500 do
  local ok, e = pcall(function() if i % 3 == 0 then error({code = i}) end return i end)
  if not ok then caught = caught + e.code end
end
local Shape = {}
Shape.__index = Shape
function Shape:area() return self.side * self.side end
local area = 0
for i = 1, 2000 do area = area + setmetatable({side = i % 10}, Shape):area() end
local words = 0
for w in (("lorem ipsum dolor "):rep(100)):gmatch("%a+") do words = words + #w:upper() end
print(fib(18), numbers[1000], #counts, caught, area, words)
