<?php
$count = 0;

class Kept {
    public static int $times = 0;
}

function handle($input) {
    global $count;
    static $seen = [];
    $count++;
    $seen[] = $input;
    Kept::$times++;
    // What belongs to the language is the call's as well
    ini_set("user_agent", (string) ((int) ini_get("user_agent") + 1));
    return ["count" => $count, "seen" => count($seen), "kept" => max(Kept::$times, (int) ini_get("user_agent"))];
}
