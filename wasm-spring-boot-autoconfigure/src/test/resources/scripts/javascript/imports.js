import { gross } from "./imports/tax.js";
import rates from "./imports/rates.json";
export const handle = (input) => ({ gross: gross(input, rates.standard) });
