require "securerandom"

def handle(input)
  { "random" => rand, "uuid" => SecureRandom.uuid, "bytes" => SecureRandom.hex(8), "now" => (Time.now.to_f * 1000).to_i }
end
