KINDS = { NilClass => "null", Array => "list" }

def handle(input)
  { "kind" => KINDS.fetch(input.class, input.class.to_s), "input" => input }
end
