<?php
echo "ready\n";

function handle($input) {
    return "done";
}
