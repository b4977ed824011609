<?php function handle($input) {
    $total = $input["net"] + ;
    return $total;
}
