<?php
class Endless {
    function __toString() {
        return "again " . $this;
    }
}

function mapped($n) {
    return array_map("mapped", [$n]);
}

function handle($input) {
    try {
        return match ($input) {
            "json" => json_decode(str_repeat("[", 100_000), flags: JSON_THROW_ON_ERROR),
            "to-string" => (string) new Endless(),
            "map" => mapped(1),
            "division" => 1 % 0,
        };
    } catch (JsonException | Error $e) {
        return get_class($e);
    }
}
