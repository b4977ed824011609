def rounded(value)
  value.round
end
