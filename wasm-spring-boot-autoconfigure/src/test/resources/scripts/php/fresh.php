<?php
function handle($input) {
    // There is no function for UUIDs, but one more generator
    return ["random" => mt_rand(), "uuid" => (string) lcg_value(), "bytes" => bin2hex(random_bytes(8)), "now" => (int) (microtime(true) * 1000)];
}
