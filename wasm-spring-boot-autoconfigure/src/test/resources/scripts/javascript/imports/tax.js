import { round } from "./rounding.js";
export const gross = (net, rate) => round(net * (1 + rate));
