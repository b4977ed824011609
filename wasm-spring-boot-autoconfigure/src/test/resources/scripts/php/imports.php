<?php
require __DIR__ . "/imports/tax.php";
$rates = require "imports/rates.php";

function handle($input) {
    global $rates;
    return ["gross" => Tax\gross($input, $rates["standard"])];
}
