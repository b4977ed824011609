<?php
function handle($input) {
    return ["greeting" => "Hello, {$input["name"]}"];
}
