<?php
function handle($input) {
    return match ($input) {
        "nothing" => null,
        "text" => "gr\u{fc}\u{df} \u{1f600}",
        "bytes" => "\x00\xff\x07",
        "number" => 0.1,
        "list" => [1, "two", null, true],
        default => ["of" => $input],
    };
}
