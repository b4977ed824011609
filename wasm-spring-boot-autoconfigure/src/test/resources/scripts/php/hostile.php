<?php
$held = [];

function deep($n) {
    return $n + deep($n + 1);
}

function handle($input) {
    global $held;
    switch ($input) {
        case "loop":
            for (;;) {
            }
        case "recursion":
            return deep(0);
        case "allocation":
            for (;;) {
                $held[] = array_fill(0, 1000, count($held));
            }
        case "one-allocation":
            return strlen(str_repeat("x", 1 << 30));
        case "output":
            return str_repeat("x", 2_000_000);
        case "printing":
            for (;;) {
                echo "and again\n";
            }
        case "regular-expression":
            // PHP gives up by itself after a million steps, unless it is told not to
            ini_set("pcre.backtrack_limit", "4294967295");
            return preg_match('/^(a+)+$/', str_repeat("a", 40) . "!");
        case "sleep":
            sleep(60);
    }
    return "well";
}
