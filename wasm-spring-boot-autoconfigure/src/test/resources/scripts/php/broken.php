<?php $rates = null;
$rate = $rates->standard();

function handle($input) {
    global $rate;
    return $rate;
}
