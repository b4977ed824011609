def price(input)
  1
end
