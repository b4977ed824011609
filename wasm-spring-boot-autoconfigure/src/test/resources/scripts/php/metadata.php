<?php
function handle($input, $metadata) {
    echo "called by ", $metadata["caller"] ?? "nobody", "\n";
    // An empty array would be a list
    return (object) $metadata;
}
