module Rates
  STANDARD = 19
end
