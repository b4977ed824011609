<?php
// The lines of this script stand in the tests.
class Shortage extends Exception {}


function inner($amount) {
    // Types of exceptions are the script's own
    throw new Shortage("only $amount left");
}

function handle($input) {
    return inner($input["amount"]);
}
