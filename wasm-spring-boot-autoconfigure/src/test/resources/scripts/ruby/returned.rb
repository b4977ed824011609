def handle(input)
  case input
  when "nothing" then nil
  when "text" then "gr\u00fc\u00df \u{1f600}"
  when "bytes" then [0, 255, 7].pack("C*")
  when "number" then 0.1
  when "list" then [1, :two, nil, true]
  else { of: input }
  end
end
