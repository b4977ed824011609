// The tools of code in JavaScript, as the object "tools". Runs before the code; speaks to the host as HostLine has it.
const names = [$NAMES], mark = "\0wasm-host-call\0", head = "\0wasm-answer";
const write = print, fill = crypto.getRandomValues.bind(crypto), decoder = new TextDecoder(), { stringify, parse } = JSON;

class ToolError extends Error {
  constructor({ outcome, message, hint, errors }) {
    super(errors ? `${message} ${errors.map((e) => `${e.pointer} ${e.detail}`).join("; ")}` : message);
    this.outcome = outcome;
    this.hint = hint;
    if (errors) this.errors = errors;
  }
}
Object.defineProperty(ToolError.prototype, "name", { value: "ToolError" });

function call(name, input) {
  write(mark + name + "\n" + (input === undefined ? "" : stringify(input)));
  const start = fill(new Uint8Array(16));
  if (decoder.decode(start.subarray(0, 12)) !== head) throw new Error("Tools cannot be called here");
  const answer = new Uint8Array(start[12] | start[13] << 8 | start[14] << 16 | start[15] << 24);
  for (let at = 0; at < answer.length; at += 65536) fill(answer.subarray(at, at + 65536));
  const { result, error } = parse(decoder.decode(answer));
  if (error) throw new ToolError(error);
  return result;
}

const functions = Object.fromEntries(names.map((name) => [name, (input) => call(name, input)]));
Object.defineProperty(globalThis, "ToolError", { value: ToolError });
Object.defineProperty(globalThis, "tools", {
  value: new Proxy(Object.freeze(functions), {
    get(all, name) {
      if (typeof name === "symbol" || Object.hasOwn(all, name)) return all[name];
      throw new TypeError(`There is no tool '${name}'; there are: ${names.join(", ")}`);
    },
  }),
});
