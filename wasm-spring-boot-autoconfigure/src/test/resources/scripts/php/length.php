<?php
// Text and bytes are strings, both: the content type says which of them it is
function handle($input, $metadata) {
    $text = is_string($input) && !str_starts_with($metadata["content-type"], "image/");
    return ["text" => $text, "length" => match (true) {
        $input === null => -1,
        is_array($input) => count($input),
        $text => mb_strlen($input),
        default => strlen($input),
    }];
}
