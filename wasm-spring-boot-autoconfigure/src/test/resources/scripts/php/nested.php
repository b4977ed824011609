<?php
function handle($input) {
    return is_array($input);
}
