export const handle = (input) => ({ text: typeof input === "string", length: input === null ? -1 : input.length });
