require_relative "imports/rates"
require "imports/tax"

def handle(input)
  { gross: gross(input, Rates::STANDARD) }
end
