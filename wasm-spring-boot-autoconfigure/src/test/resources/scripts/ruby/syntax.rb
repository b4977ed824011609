def handle(input)
  total = input["net"] + )
  total
end
