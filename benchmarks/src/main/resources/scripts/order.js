// Prices an order: discounts, tax, rounding, sorting, a regular expression for each line, a date.
const SKU = /^([A-Z]{2,4})-(\d{2,5})(?:-([a-z]))?$/;
const CUSTOMERS = { gold: 10, silver: 5, bronze: 2 };
const TAXES = { KB: 19, CB: 19, BK: 7, FD: 7 };

const ofQuantity = (quantity) => (quantity >= 50 ? 10 : quantity >= 10 ? 5 : 0);
const percent = (cents, rate) => Math.floor((cents * rate * 2 + 100) / 200);

export function handle(order) {
  const day = new Date(order.date);
  const weekend = day.getUTCDay() === 0 || day.getUTCDay() === 6;
  const due = new Date(day.getTime() + 14 * 86_400_000);
  const categories = new Map();
  const lines = order.lines.map((line) => {
    const sku = SKU.exec(line.sku);
    if (!sku) throw new Error(`${line.sku} is no SKU`);
    const gross = line.quantity * line.cents;
    const discount = percent(gross, ofQuantity(line.quantity));
    const net = gross - discount;
    const tax = percent(net, TAXES[sku[1]] ?? 19);
    categories.set(sku[1], (categories.get(sku[1]) ?? 0) + net);
    return { sku: line.sku, name: line.name.trim().replace(/\s+/g, " "), variant: sku[3] ?? null, quantity: line.quantity, discount, net, tax };
  });
  lines.sort((a, b) => b.net - a.net || (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0));
  const subtotal = lines.reduce((sum, line) => sum + line.net, 0);
  const discount = percent(subtotal, CUSTOMERS[order.customer] ?? 0);
  const tax = lines.reduce((sum, line) => sum + line.tax, 0);
  const shipping = subtotal > 50_000 ? 0 : weekend ? 990 : 490;
  return {
    customer: order.customer, due: due.toISOString().slice(0, 10), weekend, lines,
    categories: [...categories].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, cents]) => ({ name, cents })),
    subtotal, discount, tax, shipping, total: subtotal - discount + tax + shipping,
  };
}
