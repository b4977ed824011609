const rates = null;
const rate = rates.standard;
export function handle(input) {
  return rate;
}
