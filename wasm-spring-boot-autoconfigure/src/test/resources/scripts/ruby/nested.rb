def handle(input)
  input.is_a?(Array)
end
