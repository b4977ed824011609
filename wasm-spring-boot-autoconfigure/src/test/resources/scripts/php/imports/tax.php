<?php
namespace Tax;

require_once __DIR__ . "/rounding.php";

function gross($net, $rate) {
    return rounded($net * (100 + $rate) / 100);
}
