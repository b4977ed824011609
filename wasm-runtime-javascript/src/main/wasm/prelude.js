// What a script finds beyond the language itself. Runs once, before the snapshot; gives the reactor what it calls.
(function (host) {
  "use strict";
  const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  const tag = (type, name) => Object.defineProperty(type.prototype, Symbol.toStringTag, { value: name, configurable: true });

  class DOMException extends Error {
    #name; #code;
    constructor(message = "", name = "Error") {
      super(message);
      this.#name = String(name);
      this.#code = { InvalidCharacterError: 5, SyntaxError: 12, QuotaExceededError: 22, TypeMismatchError: 17, DataCloneError: 25 }[name] ?? 0;
    }
    get name() { return this.#name; }
    get code() { return this.#code; }
  }
  tag(DOMException, "DOMException");
  define("DOMException", DOMException);
  define("global", globalThis);
  define("self", globalThis);

  // --- console ---

  const simple = /^[A-Za-z_$][\w$]*$/;
  const quoted = (s) => {
    const q = !s.includes("'") ? "'" : !s.includes('"') ? '"' : "`";
    return q + s.replace(/[\\\n\r\t\b\f\v\0]/g, (c) => ({ "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\0": "\\x00" })[c]) + q;
  };
  const listed = (open, parts, close, indent) => {
    if (!parts.length) return open + close;
    const line = parts.join(", ");
    return line.length + indent < 72 && !line.includes("\n") ? `${open} ${line} ${close}`
      : `${open}\n${" ".repeat(indent + 2)}${parts.join(",\n" + " ".repeat(indent + 2))}\n${" ".repeat(indent)}${close}`;
  };
  function inspect(v, depth = 2, seen = [], indent = 0) {
    switch (typeof v) {
      case "string": return quoted(v);
      case "bigint": return v + "n";
      case "symbol": return v.toString();
      case "number": return Object.is(v, -0) ? "-0" : String(v);
      case "function": return /^class\b/.test(Function.prototype.toString.call(v)) ? `[class ${v.name || "(anonymous)"}]` : v.name ? `[Function: ${v.name}]` : "[Function (anonymous)]";
      case "object": break;
      default: return String(v);
    }
    if (v === null) return "null";
    if (seen.includes(v)) return "[Circular]";
    if (v instanceof Error) {
      const stack = typeof v.stack === "string" ? v.stack.trimEnd() : "";
      let text = stack ? `${v}\n${stack}` : `[${v}]`;
      if (v.cause !== undefined) text += `\n  [cause]: ${inspect(v.cause, depth - 1, [...seen, v], indent)}`;
      return text;
    }
    if (v instanceof Date) return isNaN(v) ? "Invalid Date" : v.toISOString();
    if (v instanceof RegExp) return String(v);
    const name = Object.getPrototypeOf(v)?.constructor?.name;
    if (depth < 0) return Array.isArray(v) ? "[Array]" : `[${name ?? "Object"}]`;
    const inner = (x) => inspect(x, depth - 1, [...seen, v], indent + 2);
    const some = (all, show) => { const n = [...all.slice(0, 100)].map(show); if (all.length > 100) n.push(`... ${all.length - 100} more items`); return n; };
    if (Array.isArray(v)) return listed("[", some(v, (x) => inner(x)), "]", indent);
    if (v instanceof Map) return listed(`Map(${v.size}) {`, some([...v], ([k, x]) => `${inner(k)} => ${inner(x)}`), "}", indent);
    if (v instanceof Set) return listed(`Set(${v.size}) {`, some([...v], inner), "}", indent);
    if (ArrayBuffer.isView(v) && !(v instanceof DataView)) return listed(`${name}(${v.length}) [`, some(v, String), "]", indent);
    if (v instanceof ArrayBuffer) return `ArrayBuffer { byteLength: ${v.byteLength} }`;
    if (v instanceof Promise) return "Promise {}";
    if (v instanceof Number || v instanceof String || v instanceof Boolean) return `[${name}: ${inspect(v.valueOf())}]`;
    const parts = Reflect.ownKeys(v).filter((k) => Object.prototype.propertyIsEnumerable.call(v, k)).map((k) => {
      const d = Object.getOwnPropertyDescriptor(v, k), key = typeof k === "symbol" ? `[${String(k)}]` : simple.test(k) ? k : quoted(k);
      return `${key}: ${"value" in d ? inner(d.value) : d.get && d.set ? "[Getter/Setter]" : d.get ? "[Getter]" : "[Setter]"}`;
    });
    return listed(name === "Object" ? "{" : `${name ?? "[Object: null prototype]"} {`, parts, "}", indent);
  }
  function format(args) {
    let rest = args, text = "";
    if (typeof args[0] === "string" && args.length > 1 && args[0].includes("%")) {
      let i = 1;
      text = args[0].replace(/%[sdifjoOc%]/g, (f) => {
        if (f === "%%") return "%";
        if (i >= args.length) return f;
        const v = args[i++];
        switch (f) {
          case "%s": return typeof v === "string" ? v : typeof v === "object" || typeof v === "function" ? inspect(v, 0) : String(v);
          case "%d": return typeof v === "bigint" ? v + "n" : typeof v === "symbol" ? "NaN" : String(Number(v));
          case "%i": return typeof v === "bigint" ? v + "n" : typeof v === "symbol" ? "NaN" : String(parseInt(v));
          case "%f": return typeof v === "symbol" ? "NaN" : String(parseFloat(v));
          case "%j": return JSON.stringify(v);
          case "%c": return "";
          default: return inspect(v, 4);
        }
      });
      rest = args.slice(i);
      if (rest.length) text += " ";
    }
    return text + rest.map((v) => typeof v === "string" ? v : inspect(v)).join(" ");
  }
  let group = "";
  const counts = new Map(), timers = new Map();
  const write = (text) => host.write((group ? text.replace(/^/gm, group) : text) + "\n");
  const log = (...args) => write(format(args));
  const named = (methods) => { for (const [name, f] of Object.entries(methods)) Object.defineProperty(f, "name", { value: name }); return methods; };
  define("print", function print(...args) { host.write(args.map(String).join(" ") + "\n"); });
  define("console", named({
    log, info: (...a) => log(...a), debug: (...a) => log(...a), warn: (...a) => log(...a), error: (...a) => log(...a), dir: (v) => write(inspect(v)),
    trace: (...a) => write(("Trace: " + format(a)).trimEnd() + "\n" + new Error().stack.split("\n").slice(1).join("\n").trimEnd()),
    assert: (ok, ...a) => { if (!ok) write(a.length ? "Assertion failed: " + format(a) : "Assertion failed"); },
    group: (...a) => { if (a.length) log(...a); group += "  "; }, groupCollapsed: (...a) => { if (a.length) log(...a); group += "  "; }, groupEnd: () => { group = group.slice(2); },
    count: (l = "default") => { counts.set(l, (counts.get(l) ?? 0) + 1); write(`${l}: ${counts.get(l)}`); }, countReset: (l = "default") => { counts.delete(l); },
    time: (l = "default") => { timers.set(l, host.now()); }, timeLog: (l = "default", ...a) => { if (timers.has(l)) log(`${l}: ${(host.now() - timers.get(l)).toFixed(3)}ms`, ...a); },
    timeEnd: (l = "default") => { if (timers.has(l)) write(`${l}: ${(host.now() - timers.get(l)).toFixed(3)}ms`); timers.delete(l); },
    table: (rows) => {
      if (typeof rows !== "object" || rows === null) return log(rows);
      const keys = Object.keys(rows), columns = [...new Set(keys.flatMap((k) => typeof rows[k] === "object" && rows[k] ? Object.keys(rows[k]) : ["Values"]))];
      const cells = [["(index)", ...columns], ...keys.map((k) => [k, ...columns.map((c) => { const r = rows[k], o = typeof r === "object" && r; return o ? (c in r ? inspect(r[c], 0) : "") : c === "Values" ? inspect(r) : ""; })])];
      const widths = cells[0].map((_, i) => Math.max(...cells.map((r) => r[i].length)));
      write(cells.map((r) => r.map((c, i) => c.padEnd(widths[i])).join("  ").trimEnd()).join("\n"));
    },
  }));

  // --- time ---

  let queue = [], last = 0;
  const schedule = (f, ms, args, every) => {
    if (typeof f !== "function") throw new TypeError("The callback is not a function");
    ms = Math.max(1, Number(ms) || 0);
    queue.push({ id: ++last, at: host.now() + ms, every: every ? ms : 0, f, args });
    return last;
  };
  const cancel = (id) => { queue = queue.filter((t) => t.id !== id); };
  define("setTimeout", function setTimeout(f, ms, ...args) { return schedule(f, ms, args, false); });
  define("setInterval", function setInterval(f, ms, ...args) { return schedule(f, ms, args, true); });
  define("setImmediate", function setImmediate(f, ...args) { return schedule(f, 0, args, false); });
  define("clearTimeout", function clearTimeout(id) { cancel(id); });
  define("clearInterval", function clearInterval(id) { cancel(id); });
  define("clearImmediate", function clearImmediate(id) { cancel(id); });
  define("queueMicrotask", function queueMicrotask(f) {
    if (typeof f !== "function") throw new TypeError("The callback is not a function");
    Promise.resolve().then(() => f());
  });
  define("performance", { now: () => host.now(), get timeOrigin() { return Date.now() - host.now(); }, toJSON() { return {}; } });
  // Runs the timer that is due next, after waiting for it; whether there was one.
  function runTimers() {
    if (!queue.length) return false;
    const next = queue.reduce((a, b) => b.at < a.at ? b : a);
    host.sleep(next.at - host.now());
    if (next.every) next.at = host.now() + next.every; else cancel(next.id);
    next.f(...next.args);
    return true;
  }

  // --- text and bytes ---

  const buffer = (v) => {
    if (v === undefined) return new Uint8Array();
    if (ArrayBuffer.isView(v)) return new Uint8Array(v.buffer, v.byteOffset, v.byteLength);
    if (v instanceof ArrayBuffer) return new Uint8Array(v);
    throw new TypeError("The input is neither an ArrayBuffer nor a view of one");
  };
  class TextEncoder {
    get encoding() { return "utf-8"; }
    encode(text = "") { return host.encode(String(text)); }
    encodeInto(text, into) {
      let read = 0, written = 0;
      for (const c of String(text)) {
        const b = host.encode(c);
        if (written + b.length > into.length) break;
        into.set(b, written);
        written += b.length;
        read += c.length;
      }
      return { read, written };
    }
  }
  tag(TextEncoder, "TextEncoder");
  define("TextEncoder", TextEncoder);
  const labels = { "utf-8": "utf-8", utf8: "utf-8", "unicode-1-1-utf-8": "utf-8", "utf-16": "utf-16le", "utf-16le": "utf-16le", "utf-16be": "utf-16be", latin1: "windows-1252", "iso-8859-1": "windows-1252", ascii: "windows-1252", "us-ascii": "windows-1252", "windows-1252": "windows-1252", cp1252: "windows-1252" };
  const upper = "\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178";
  class TextDecoder {
    #encoding; #fatal; #ignore; #rest = []; #begun = false;
    constructor(label = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
      this.#encoding = labels[String(label).trim().toLowerCase()];
      if (!this.#encoding) throw new RangeError(`The encoding "${label}" is not supported`);
      this.#fatal = !!fatal;
      this.#ignore = !!ignoreBOM;
    }
    get encoding() { return this.#encoding; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#ignore; }
    decode(input, { stream = false } = {}) {
      let bytes = buffer(input), text;
      if (this.#rest.length) bytes = Uint8Array.of(...this.#rest, ...bytes);
      this.#rest = [];
      if (this.#encoding === "utf-8") {
        if (stream) bytes = bytes.subarray(0, bytes.length - this.#hold(bytes));
        text = host.decode(bytes, this.#fatal);
      } else if (this.#encoding === "windows-1252") {
        text = "";
        for (const b of bytes) text += b >= 0x80 && b < 0xa0 ? upper[b - 0x80] : String.fromCharCode(b);
      } else text = this.#utf16(bytes, stream);
      if (text === undefined) throw new TypeError("The encoded data was not valid for encoding " + this.#encoding);
      if (!this.#begun && !this.#ignore && this.#encoding !== "windows-1252" && text.charCodeAt(0) === 0xfeff) text = text.slice(1);
      this.#begun = stream && (this.#begun || bytes.length > 0);
      return text;
    }
    // How many bytes at the end begin a sequence that the next part may complete.
    #hold(b) {
      for (let n = 1; n <= 3 && n <= b.length; n++) {
        const c = b[b.length - n];
        if ((c & 0xc0) === 0x80) continue;
        if (c < 0xc2 || (c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2) <= n) return 0;
        this.#rest = [...b.subarray(b.length - n)];
        return n;
      }
      return 0;
    }
    #utf16(b, stream) {
      const big = this.#encoding === "utf-16be", n = b.length & ~1;
      let text = "";
      for (let i = 0; i < n; i += 2) text += String.fromCharCode(big ? b[i] << 8 | b[i + 1] : b[i] | b[i + 1] << 8);
      if (stream && text) { const c = text.charCodeAt(text.length - 1); if (c >= 0xd800 && c < 0xdc00) { this.#rest.push(b[n - 2], b[n - 1]); text = text.slice(0, -1); } }
      if (b.length > n) { if (stream) this.#rest.push(b[n]); else { if (this.#fatal) return undefined; text += "\ufffd"; } }
      if (!text.isWellFormed()) { if (this.#fatal) return undefined; text = text.toWellFormed(); }
      return text;
    }
  }
  tag(TextDecoder, "TextDecoder");
  define("TextDecoder", TextDecoder);

  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const sixBits = new Map([...alphabet].map((c, i) => [c, i]));
  define("btoa", function btoa(text) {
    text = String(text);
    let out = "";
    for (let i = 0; i < text.length; i += 3) {
      const a = text.charCodeAt(i), b = text.charCodeAt(i + 1), c = text.charCodeAt(i + 2);
      if (a > 255 || b > 255 || c > 255) throw new DOMException("The string to be encoded contains characters outside of the Latin1 range", "InvalidCharacterError");
      out += alphabet[a >> 2] + alphabet[(a & 3) << 4 | b >> 4] + (b === b ? alphabet[(b & 15) << 2 | c >> 6] : "=") + (c === c ? alphabet[c & 63] : "=");
    }
    return out;
  });
  define("atob", function atob(text) {
    text = String(text).replace(/[\t\n\f\r ]/g, "");
    if (text.length % 4 === 0) text = text.replace(/==?$/, "");
    if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) throw new DOMException("The string to be decoded is not correctly encoded", "InvalidCharacterError");
    let out = "", bits = 0, n = 0;
    for (const c of text) {
      bits = bits << 6 | sixBits.get(c);
      if ((n += 6) >= 8) { out += String.fromCharCode(bits >> (n -= 8) & 255); bits &= (1 << n) - 1; }
    }
    return out;
  });

  // --- crypto: random numbers alone ---

  const hex = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));
  define("crypto", named({
    getRandomValues(into) {
      if (!ArrayBuffer.isView(into) || into instanceof DataView || into instanceof Float32Array || into instanceof Float64Array)
        throw new DOMException("The argument is not an array of integers", "TypeMismatchError");
      if (into.byteLength > 65536) throw new DOMException(`The array has ${into.byteLength} bytes; at most 65536 are filled`, "QuotaExceededError");
      return host.random(into);
    },
    randomUUID() {
      const b = host.random(new Uint8Array(16));
      b[6] = b[6] & 15 | 64;
      b[8] = b[8] & 63 | 128;
      let s = "";
      for (let i = 0; i < 16; i++) s += (i === 4 || i === 6 || i === 8 || i === 10 ? "-" : "") + hex[b[i]];
      return s;
    },
  }));

  // --- structuredClone ---

  define("structuredClone", function structuredClone(value, options) {
    if (!arguments.length) throw new TypeError("structuredClone needs a value");
    const moved = new Set(options?.transfer ?? []), seen = new Map();
    const refuse = (v) => { throw new DOMException(`${typeof v === "symbol" ? v.toString() : typeof v === "function" ? v.name || "A function" : "An object"} could not be cloned`, "DataCloneError"); };
    const errors = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
    const clone = (v) => {
      if (typeof v === "symbol" || typeof v === "function") refuse(v);
      if (typeof v !== "object" || v === null) return v;
      if (seen.has(v)) return seen.get(v);
      const keep = (c) => { seen.set(v, c); return c; };
      if (v instanceof Date) return keep(new Date(v.getTime()));
      if (v instanceof RegExp) return keep(new RegExp(v.source, v.flags));
      if (v instanceof Number || v instanceof String || v instanceof Boolean || v instanceof BigInt) return keep(Object(v.valueOf()));
      if (v instanceof ArrayBuffer) return keep(moved.has(v) && v.transfer ? v.transfer() : v.slice(0));
      if (ArrayBuffer.isView(v)) { const b = clone(v.buffer); return keep(v instanceof DataView ? new DataView(b, v.byteOffset, v.byteLength) : new v.constructor(b, v.byteOffset, v.length)); }
      if (v instanceof Map) { const c = keep(new Map()); for (const [k, x] of [...v]) c.set(clone(k), clone(x)); return c; }
      if (v instanceof Set) { const c = keep(new Set()); for (const x of [...v]) c.add(clone(x)); return c; }
      if (v instanceof Error) {
        const c = keep(Object.create((errors[v.name] ?? Error).prototype));
        const e = new (errors[v.name] ?? Error)(v.message);
        seen.set(v, e);
        if ("stack" in v) e.stack = String(v.stack);
        if ("cause" in v) e.cause = clone(v.cause);
        return e;
      }
      if (v instanceof Promise || v instanceof WeakMap || v instanceof WeakSet || v instanceof WeakRef) refuse(v);
      const c = keep(Array.isArray(v) ? new Array(v.length) : {});
      for (const k of Object.keys(v)) Object.defineProperty(c, k, { value: clone(v[k]), writable: true, enumerable: true, configurable: true });
      return c;
    };
    return clone(value);
  });

  // --- URL, after the WHATWG's standard ---

  const special = { "http:": "80", "https:": "443", "ws:": "80", "wss:": "443", "ftp:": "21", "file:": "" };
  const c0 = (c) => c <= 0x1f || c > 0x7e;
  const inSet = (chars, base) => (c) => base(c) || chars.includes(String.fromCharCode(c));
  const fragmentSet = inSet(' "<>`', c0), querySet = inSet(' "#<>', c0), specialQuerySet = inSet("'", querySet), pathSet = inSet("?^`{}", querySet);
  const userSet = inSet("/:;=@[\\]|", pathSet), formSet = (c) => !(c >= 48 && c <= 57 || c >= 65 && c <= 90 || c >= 97 && c <= 122 || "*-._".includes(String.fromCharCode(c)));
  const percent = (text, set) => {
    let out = "";
    for (const c of text) {
      if (!set(c.codePointAt(0))) out += c;
      else for (const b of host.encode(c)) out += "%" + hex[b].toUpperCase();
    }
    return out;
  };
  const unpercent = (text) => {
    const bytes = host.encode(text), out = [];
    for (let i = 0; i < bytes.length; i++) {
      const h = bytes[i] === 37 ? String.fromCharCode(bytes[i + 1] || 0, bytes[i + 2] || 0) : "";
      if (/^[0-9A-Fa-f]{2}$/.test(h)) { out.push(parseInt(h, 16)); i += 2; } else out.push(bytes[i]);
    }
    return host.decode(Uint8Array.from(out), false);
  };
  // RFC 3492
  const punycode = (label) => {
    const points = [...label].map((c) => c.codePointAt(0)), basic = points.filter((c) => c < 128);
    let out = String.fromCharCode(...basic), n = 128, delta = 0, bias = 72, h = basic.length;
    const b = h;
    if (b) out += "-";
    const digit = (d) => String.fromCharCode(d < 26 ? 97 + d : 22 + d);
    const adapt = (d, count, first) => { d = first ? Math.floor(d / 700) : d >> 1; d += Math.floor(d / count); let k = 0; while (d > 455) { d = Math.floor(d / 35); k += 36; } return k + Math.floor(36 * d / (d + 38)); };
    while (h < points.length) {
      const m = Math.min(...points.filter((c) => c >= n));
      delta += (m - n) * (h + 1);
      n = m;
      for (const c of points) {
        if (c < n) delta++;
        if (c !== n) continue;
        let q = delta;
        for (let k = 36; ; k += 36) {
          const t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
          if (q < t) break;
          out += digit(t + (q - t) % (36 - t));
          q = Math.floor((q - t) / (36 - t));
        }
        out += digit(q);
        bias = adapt(delta, h + 1, h === b);
        delta = 0;
        h++;
      }
      delta++;
      n++;
    }
    return out;
  };
  const domain = (text) => {
    const labels = text.normalize("NFKC").toLowerCase().normalize("NFC").replace(/[\u3002\uff0e\uff61]/g, ".").replace(/[\u00ad\u200b\u2060\ufeff]/g, "").split(".");
    return labels.map((l) => /[^\0-\x7f]/.test(l) ? "xn--" + punycode(l) : l).join(".");
  };
  const ipv4Number = (s) => {
    if (s === "") return NaN;
    let radix = 10;
    if (/^0x/i.test(s)) { s = s.slice(2); radix = 16; } else if (s.length > 1 && s[0] === "0") { s = s.slice(1); radix = 8; }
    if (s === "") return 0;
    return (radix === 16 ? /^[0-9a-f]+$/i : radix === 8 ? /^[0-7]+$/ : /^[0-9]+$/).test(s) ? parseInt(s, radix) : NaN;
  };
  const ipv4 = (host) => {
    const parts = host.split(".");
    if (parts.at(-1) === "" && parts.length > 1) parts.pop();
    const end = parts.at(-1);
    if (!/^[0-9]+$/.test(end) && !/^0x[0-9a-f]*$/i.test(end)) return undefined;
    if (parts.length > 4) return null;
    const n = parts.map(ipv4Number);
    if (n.some((x) => Number.isNaN(x)) || n.slice(0, -1).some((x) => x > 255) || n.at(-1) >= 256 ** (5 - n.length)) return null;
    let ip = n.at(-1);
    n.slice(0, -1).forEach((x, i) => { ip += x * 256 ** (3 - i); });
    return [24, 16, 8, 0].map((s) => Math.floor(ip / 2 ** s) % 256).join(".");
  };
  const ipv6 = (text) => {
    let halves = text.split("::");
    if (halves.length > 2) return null;
    const read = (s, last) => {
      if (s === "") return [];
      const out = [], parts = s.split(":");
      for (let i = 0; i < parts.length; i++) {
        if (last && i === parts.length - 1 && parts[i].includes(".")) {
          const q = parts[i].split(".");
          if (q.length !== 4 || q.some((x) => !/^(0|[1-9]\d{0,2})$/.test(x) || x > 255)) return null;
          out.push(q[0] * 256 + +q[1], q[2] * 256 + +q[3]);
        } else if (/^[0-9a-f]{1,4}$/i.test(parts[i])) out.push(parseInt(parts[i], 16));
        else return null;
      }
      return out;
    };
    const a = read(halves[0], halves.length === 1), b = halves.length === 2 ? read(halves[1], true) : [];
    if (!a || !b) return null;
    const n = a.length + b.length;
    if (halves.length === 2 ? n > 7 : n !== 8) return null;
    const all = [...a, ...Array(8 - n).fill(0), ...b];
    let best = -1, length = 1;
    for (let i = 0; i < 8; i++) { let j = i; while (j < 8 && !all[j]) j++; if (j - i > length) { best = i; length = j - i; } if (j > i) i = j; }
    let out = "";
    for (let i = 0; i < 8; i++) {
      if (i === best) { out += i === 0 ? "::" : ":"; i += length - 1; continue; }
      out += all[i].toString(16) + (i < 7 ? ":" : "");
    }
    return `[${out}]`;
  };
  const parseHost = (text, isSpecial) => {
    if (text[0] === "[") return text.at(-1) === "]" ? ipv6(text.slice(1, -1)) : null;
    if (!isSpecial) return /[\0\t\n\r #/:<>?@[\\\]^|]/.test(text) ? null : percent(text, c0);
    const ascii = domain(unpercent(text));
    if (ascii === "" || /[\0-\x20"#%/:<>?@[\\\]^`{|}\x7f]/.test(ascii) || ascii.includes("\ufffd")) return null;
    const v4 = ipv4(ascii);
    return v4 === undefined ? ascii : v4;
  };
  const single = (s) => s === "." || s.toLowerCase() === "%2e";
  const double = (s) => /^(\.|%2e){2}$/i.test(s);
  const drive = (s) => /^[a-z][:|]$/i.test(s);
  const startsWithDrive = (s) => /^[a-z][:|]([/\\?#]|$)/i.test(s);
  const shorten = (u) => { if (!(u.scheme === "file:" && u.path.length === 1 && /^[a-z]:$/i.test(u.path[0]))) u.path.pop(); };

  const isSpecial = (u) => u.scheme in special;
  function takeQuery(u, text) { u.query = percent(text, isSpecial(u) ? specialQuerySet : querySet); }
  function takePath(u, text) {
    const s = isSpecial(u), parts = text.split(s ? /[/\\]/ : "/");
    parts.forEach((part, i) => {
      const end = i === parts.length - 1;
      if (double(part)) { shorten(u); if (end) u.path.push(""); }
      else if (single(part)) { if (end) u.path.push(""); }
      else { if (u.scheme === "file:" && !u.path.length && drive(part)) part = part[0] + ":"; u.path.push(percent(part, pathSet)); }
    });
  }
  function takeAuthority(u, text) {
    const at = text.lastIndexOf("@");
    if (at >= 0) {
      const credentials = text.slice(0, at), colon = credentials.indexOf(":");
      u.username = percent(colon < 0 ? credentials : credentials.slice(0, colon), userSet);
      u.password = colon < 0 ? "" : percent(credentials.slice(colon + 1), userSet);
      text = text.slice(at + 1);
      if (text === "") return false;
    }
    return takeHost(u, text, true);
  }
  function takePort(u, text) {
    if (text === "") { u.port = ""; return true; }
    if (!/^[0-9]+$/.test(text) || +text > 65535) return false;
    u.port = String(+text) === special[u.scheme] ? "" : String(+text);
    return true;
  }
  function takeHost(u, text, port) {
    const m = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(text);
    if (!m) return false;
    if (m[1] === "" && (isSpecial(u) || m[2] !== undefined)) return false;
    const h = m[1] === "" ? "" : parseHost(m[1], isSpecial(u));
    if (h === null) return false;
    if (m[2] !== undefined && port && !takePort(u, m[2])) return false;
    u.host = h;
    return true;
  }
  function parseURL(text, base) {
    text = text.replace(/^[\0-\x20]+|[\0-\x20]+$/g, "").replace(/[\t\n\r]/g, "").toWellFormed();
    const u = { scheme: "", username: "", password: "", host: null, port: "", path: [], opaque: null, query: null, fragment: null };
    const hash = text.indexOf("#");
    if (hash >= 0) { u.fragment = percent(text.slice(hash + 1), fragmentSet); text = text.slice(0, hash); }
    const m = /^([a-z][a-z0-9+.-]*):/i.exec(text);
    let rest = text, relative = false;
    if (m) {
      u.scheme = m[1].toLowerCase() + ":";
      rest = text.slice(m[0].length);
      if (isSpecial(u) && u.scheme !== "file:" && base?.scheme === u.scheme && !/^\/\//.test(rest)) relative = true;
    } else {
      if (!base) return null;
      if (base.opaque !== null) {
        if (rest !== "" || hash < 0) return null;
        return { ...base, path: [...base.path], fragment: u.fragment };
      }
      u.scheme = base.scheme;
      relative = true;
    }
    const s = isSpecial(u), slashes = s ? /^[/\\]{2}/ : /^\/\//, slash = s ? /^[/\\]/ : /^\//;
    const q = rest.indexOf("?"), query = q >= 0 ? rest.slice(q + 1) : null;
    if (q >= 0) rest = rest.slice(0, q);
    if (query !== null) takeQuery(u, query);
    if (u.scheme === "file:") {
      u.host = "";
      const b = base?.scheme === "file:" ? base : null;
      if (/^[/\\]{2}/.test(rest)) {
        const end = /[/\\]/.exec(rest.slice(2)), name = end ? rest.slice(2, 2 + end.index) : rest.slice(2), path = end ? rest.slice(2 + end.index + 1) : "";
        if (drive(name)) { takePath(u, rest.slice(2)); return u; }
        if (name !== "") { const h = parseHost(name, true); if (h === null) return null; u.host = h === "localhost" ? "" : h; }
        takePath(u, path);
      } else if (/^[/\\]/.test(rest)) {
        if (b) { u.host = b.host; if (!startsWithDrive(rest.slice(1)) && /^[a-z]:$/i.test(b.path[0] ?? "")) u.path.push(b.path[0]); }
        takePath(u, rest.slice(1));
      } else if (b) {
        u.host = b.host;
        if (rest === "") { u.path = [...b.path]; if (query === null) u.query = b.query; }
        else { if (!startsWithDrive(rest)) { u.path = [...b.path]; shorten(u); } takePath(u, rest); }
      } else takePath(u, rest);
      return u;
    }
    if (relative && !slash.test(rest)) {
      Object.assign(u, { username: base.username, password: base.password, host: base.host, port: base.port, path: [...base.path] });
      if (rest === "") { if (query === null) u.query = base.query; return u; }
      shorten(u);
      takePath(u, rest);
      return u;
    }
    if (relative && !slashes.test(rest)) {
      Object.assign(u, { username: base.username, password: base.password, host: base.host, port: base.port });
      takePath(u, rest.slice(1));
      return u;
    }
    if (s || slashes.test(rest)) {
      const body = s ? rest.replace(/^[/\\]+/, "") : rest.slice(2), end = (s ? /[/\\]/ : /\//).exec(body);
      if (!takeAuthority(u, end ? body.slice(0, end.index) : body)) return null;
      if (end) takePath(u, body.slice(end.index + 1)); else if (s) u.path = [""];
      return u;
    }
    if (rest[0] === "/") { takePath(u, rest.slice(1)); return u; }
    u.opaque = percent(rest, c0);
    return u;
  }
  const pathOf = (u) => u.opaque !== null ? u.opaque : u.path.map((p) => "/" + p).join("");
  const serialize = (u, fragment = true) => u.scheme + (u.host !== null ? "//" + (u.username || u.password ? u.username + (u.password ? ":" + u.password : "") + "@" : "") + u.host + (u.port ? ":" + u.port : "")
    : u.opaque === null && u.path.length > 1 && u.path[0] === "" ? "/." : "") + pathOf(u) + (u.query !== null ? "?" + u.query : "") + (fragment && u.fragment !== null ? "#" + u.fragment : "");

  const parseForm = (text) => text.split("&").filter((p) => p !== "").map((p) => { const i = p.indexOf("="), d = (s) => unpercent(s.replaceAll("+", " ")); return i < 0 ? [d(p), ""] : [d(p.slice(0, i)), d(p.slice(i + 1))]; });
  const formText = (s) => percent(s.toWellFormed(), (c) => c !== 32 && formSet(c)).replaceAll(" ", "+");
  let changed;   // of URLSearchParams: tells its URL
  class URLSearchParams {
    #list = []; #url = null;
    constructor(init = "") {
      if (typeof init === "object" && init !== null || typeof init === "function") {
        if (init[Symbol.iterator]) for (const pair of init) { const p = [...pair]; if (p.length !== 2) throw new TypeError("Each pair must be a name and a value"); this.#list.push([String(p[0]), String(p[1])]); }
        else for (const k of Reflect.ownKeys(init)) if (Object.prototype.propertyIsEnumerable.call(init, k)) this.#list.push([String(k), String(init[k])]);
      } else this.#list = parseForm(String(init).replace(/^\?/, ""));
    }
    static { changed = { of: (params, url) => { params.#url = url; }, read: (params, text) => { params.#list = parseForm(text); } }; }
    #update() { if (this.#url) { const q = this.toString(); this.#url.query = q === "" ? null : q; } }
    get size() { return this.#list.length; }
    append(name, value) { this.#list.push([String(name), String(value)]); this.#update(); }
    delete(name, value) { this.#list = this.#list.filter(([n, v]) => n !== String(name) || value !== undefined && v !== String(value)); this.#update(); }
    get(name) { return this.#list.find(([n]) => n === String(name))?.[1] ?? null; }
    getAll(name) { return this.#list.filter(([n]) => n === String(name)).map(([, v]) => v); }
    has(name, value) { return this.#list.some(([n, v]) => n === String(name) && (value === undefined || v === String(value))); }
    set(name, value) {
      name = String(name);
      const i = this.#list.findIndex(([n]) => n === name);
      if (i < 0) this.#list.push([name, String(value)]);
      else { this.#list[i][1] = String(value); this.#list = this.#list.filter(([n], j) => j <= i || n !== name); }
      this.#update();
    }
    sort() { this.#list.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0); this.#update(); }
    forEach(f, self) { for (const [n, v] of this) f.call(self, v, n, this); }
    *entries() { for (let i = 0; i < this.#list.length; i++) yield [...this.#list[i]]; }
    *keys() { for (const [n] of this.entries()) yield n; }
    *values() { for (const [, v] of this.entries()) yield v; }
    [Symbol.iterator]() { return this.entries(); }
    toString() { return this.#list.map(([n, v]) => formText(n) + "=" + formText(v)).join("&"); }
  }
  tag(URLSearchParams, "URLSearchParams");
  define("URLSearchParams", URLSearchParams);

  class URL {
    #u; #params = null;
    constructor(url, base) {
      let b = null;
      if (base !== undefined && !(b = parseURL(String(base), null))) throw new TypeError("Invalid base URL: " + base);
      this.#u = parseURL(String(url), b);
      if (!this.#u) throw new TypeError("Invalid URL: " + url);
    }
    static canParse(url, base) { try { new URL(url, base); return true; } catch { return false; } }
    static parse(url, base) { try { return new URL(url, base); } catch { return null; } }
    get href() { return serialize(this.#u); }
    set href(v) { const u = parseURL(String(v), null); if (!u) throw new TypeError("Invalid URL: " + v); this.#u = u; this.#read(); if (this.#params) changed.of(this.#params, u); }
    #read() { if (this.#params) changed.read(this.#params, this.#u.query ?? ""); }
    get origin() { const u = this.#u; if (u.scheme === "blob:") { const p = parseURL(pathOf(u), null); return p && /^https?:$/.test(p.scheme) ? new URL(pathOf(u)).origin : "null"; } return isSpecial(u) && u.scheme !== "file:" ? u.scheme + "//" + this.host : "null"; }
    get protocol() { return this.#u.scheme; }
    set protocol(v) {
      const m = /^([a-z][a-z0-9+.-]*)(:|$)/i.exec(String(v)), u = this.#u;
      if (!m) return;
      const scheme = m[1].toLowerCase() + ":";
      if (scheme in special !== isSpecial(u) || scheme === "file:" && (u.username || u.password || u.port) || u.scheme === "file:" && !u.host) return;
      u.scheme = scheme;
      if (u.port === special[scheme]) u.port = "";
    }
    get username() { return this.#u.username; }
    set username(v) { if (this.#u.host && this.#u.scheme !== "file:") this.#u.username = percent(String(v), userSet); }
    get password() { return this.#u.password; }
    set password(v) { if (this.#u.host && this.#u.scheme !== "file:") this.#u.password = percent(String(v), userSet); }
    get host() { return this.#u.host === null ? "" : this.#u.host + (this.#u.port ? ":" + this.#u.port : ""); }
    set host(v) { if (this.#u.opaque === null) takeHost(this.#u, String(v).replace(isSpecial(this.#u) ? /[/\\?#].*$/s : /[/?#].*$/s, ""), true); }
    get hostname() { return this.#u.host ?? ""; }
    set hostname(v) { if (this.#u.opaque === null) { v = String(v).replace(isSpecial(this.#u) ? /[/\\?#].*$/s : /[/?#].*$/s, ""); if (v[0] === "[" || !v.includes(":")) takeHost(this.#u, v, false); } }
    get port() { return this.#u.port; }
    set port(v) { const u = this.#u, m = /^[0-9]*/.exec(String(v)); if (u.host && u.scheme !== "file:" && (m[0] || v === "")) takePort(u, m[0]); }
    get pathname() { return pathOf(this.#u); }
    set pathname(v) { const u = this.#u; if (u.opaque === null) { v = String(v).replace(/[\t\n\r]/g, "").replace(/[?#]/g, (c) => c === "?" ? "%3F" : "%23"); u.path = []; takePath(u, v.replace(isSpecial(u) ? /^[/\\]/ : /^\//, "")); } }
    get search() { return this.#u.query ? "?" + this.#u.query : ""; }
    set search(v) { v = String(v).replace(/^\?/, ""); if (v === "") this.#u.query = null; else takeQuery(this.#u, v); this.#read(); }
    get searchParams() { if (!this.#params) { this.#params = new URLSearchParams(this.#u.query ?? ""); changed.of(this.#params, this.#u); } return this.#params; }
    get hash() { return this.#u.fragment ? "#" + this.#u.fragment : ""; }
    set hash(v) { v = String(v).replace(/^#/, ""); this.#u.fragment = v === "" ? null : percent(v, fragmentSet); }
    toString() { return this.href; }
    toJSON() { return this.href; }
  }
  tag(URL, "URL");
  define("URL", URL);

  // --- promises that fail with nobody to see it ---

  const rejections = new Map();
  // (promise, reason, handled): what happened to one; without arguments: the call ends.
  function unhandled(promise, reason, handled) {
    if (promise) { if (handled) rejections.delete(promise); else rejections.set(promise, reason); return; }
    for (const r of rejections.values()) write("Unhandled rejection of a promise: " + (r instanceof Error ? inspect(r) : format([r])));
    rejections.clear();
  }

  inspect([{ a: 1, b: "c" }, new Map([[1, 2]])]);
  String(new URL("../b?c=d#e", "https://user@example.org:8080/x/y/z"));
  return { runTimers, unhandled, resolve: (value) => Promise.resolve(value) };
})
