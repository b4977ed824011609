// The lines of this script stand in the tests.




function inner(amount) {
  // Types of exceptions are the script's own
  throw Object.assign(new Error("only " + amount + " left"), { name: "Shortage" });
}

export function handle(input) {
  return inner(input.amount);
}
