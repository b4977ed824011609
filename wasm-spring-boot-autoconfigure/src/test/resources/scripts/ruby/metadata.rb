def handle(input, metadata)
  puts "called by #{metadata["caller"]}"
  metadata
end
