function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
class Shape { #side; constructor(side) { this.#side = side; } get side() { return this.#side; } area() { return 0; } }
class Square extends Shape { area() { return this.side * this.side; } }
let seed = 42;
const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff);
const numbers = Array.from({ length: 2000 }, random).sort((a, b) => a - b);
const counts = new Map();
for (const n of numbers) counts.set(n % 97, (counts.get(n % 97) ?? 0) + 1);
let caught = 0;
for (let i = 0; i < 1000; i++) {
  try { if (i % 3 === 0) throw new RangeError("r" + i); } catch ({ message }) { caught += message.length; } finally { caught++; }
}
let text = "";
for (let i = 0; i < 1000; i++) text += String.fromCharCode(97 + i % 26);
const words = text.match(/[aeiou][^aeiou]+/g).map((w) => w.toUpperCase().padEnd(6, ".")).join("-");
let area = 0;
for (let i = 0; i < 2000; i++) area += new Square(i % 10).area();
console.log(JSON.stringify([fib(18), numbers[1000], counts.size, caught, words.length, area]));
