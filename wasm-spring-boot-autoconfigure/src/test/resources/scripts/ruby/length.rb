# Text and bytes are strings, both: the content type says which of them it is
def handle(input, metadata)
  text = input.is_a?(String) && !metadata["content-type"].start_with?("image/")
  { "text" => text, "length" => input.nil? ? -1 : input.is_a?(String) && !text ? input.bytesize : input.size }
end
