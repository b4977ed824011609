/**
 * Checks the number of a payment card, in JSON or as text: `{"number":"4111 1111 1111 1111"}` gives its network, the
 * number as it may be shown, and whether it is valid: its length and its check digit (ISO/IEC 7812, Luhn).
 */

class Network {
  constructor(public name: string, public from: i32, public to: i32, public digits: i32, public lengths: i32[]) {}
}

/** Ranges of the first digits; the narrower ones come first. */
const NETWORKS: Network[] = [
  new Network("American Express", 34, 34, 2, [15]),
  new Network("American Express", 37, 37, 2, [15]),
  new Network("Discover", 6011, 6011, 4, [16, 19]),
  new Network("Discover", 644, 659, 3, [16, 19]),
  new Network("JCB", 3528, 3589, 4, [16, 19]),
  new Network("Diners Club", 300, 305, 3, [14]),
  new Network("Diners Club", 36, 36, 2, [14]),
  new Network("Maestro", 5018, 5018, 4, [12, 13, 14, 15, 16, 17, 18, 19]),
  new Network("Mastercard", 51, 55, 2, [16]),
  new Network("Mastercard", 2221, 2720, 4, [16]),
  new Network("Visa", 4, 4, 1, [13, 16, 19]),
];

/** What is wrong with an input, or the answer. */
export class Result {
  constructor(public text: string, public failed: bool) {}
}

function wrong(message: string): Result {
  return new Result(message, true);
}

export function check(input: string): Result {
  let number = input.trim();
  if (number.startsWith("{")) {
    const key = number.indexOf('"number"');
    const colon = key < 0 ? -1 : number.indexOf(":", key + 8);
    if (colon < 0) return wrong('"number" is missing');
    number = number.substring(colon + 1).trimStart();
    const end = number.indexOf('"', 1);
    if (!number.startsWith('"') || end < 0) return wrong('"number" is no string: it would lose digits');
    number = number.substring(1, end);
  }
  let digits = "";
  for (let i = 0; i < number.length; i++) {
    const c = number.charCodeAt(i);
    if (c == 32 || c == 45) continue;
    if (c < 48 || c > 57) return wrong("a card's number has digits, spaces and hyphens, and nothing else at " + (i + 1).toString());
    digits += String.fromCharCode(c);
  }
  if (digits.length < 12 || digits.length > 19) return wrong("a card's number has 12 to 19 digits, not " + digits.length.toString());
  const network = networkOf(digits);
  const valid = luhn(digits) && (!network || network.lengths.includes(digits.length));
  return new Result(
    '{"valid":' + valid.toString() + ',"network":' + (network ? '"' + network.name + '"' : "null") + ',"masked":"' + masked(digits) + '"}',
    false,
  );
}

function networkOf(digits: string): Network | null {
  for (let i = 0; i < NETWORKS.length; i++) {
    const network = NETWORKS[i];
    const first = I32.parseInt(digits.substring(0, network.digits));
    if (first >= network.from && first <= network.to) return network;
  }
  return null;
}

/** Every second digit counts twice, from the right; the sum of all is divisible by ten. */
function luhn(digits: string): bool {
  let sum = 0;
  for (let i = digits.length - 1, twice = false; i >= 0; i--, twice = !twice) {
    let digit = digits.charCodeAt(i) - 48;
    if (twice) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum % 10 == 0;
}

function masked(digits: string): string {
  return digits.substring(0, 6) + "*".repeat(digits.length - 10) + digits.substring(digits.length - 4);
}
