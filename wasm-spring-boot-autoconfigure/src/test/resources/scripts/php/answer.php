<?php
function handle($input) {
    $kind = match (true) {
        $input === null => "null",
        is_array($input) && array_is_list($input) => "list",
        default => get_debug_type($input),
    };
    return ["kind" => $kind, "input" => $input];
}
