<?php
for (;;) {
}

function handle($input) {
    return 1;
}
