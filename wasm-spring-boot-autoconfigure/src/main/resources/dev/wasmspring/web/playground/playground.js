// The page at {wasm.web.path}/playground. All texts are set as text, never as markup.
const element = (id) => document.getElementById(id);
const base = location.pathname.replace(/\/playground$/, "");
const state = { functions: new Map(), languages: [], selected: null, inputs: new Map(), serial: 0 };

function make(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== null && text !== undefined) {
    made.textContent = text;
  }
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  return made;
}

function problem(text) {
  element("problem").textContent = text || "";
  element("problem").hidden = !text;
}

const milliseconds = (value) => (value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(3)) + " ms";
const size = (bytes) => bytes >= 1 << 20 ? +(bytes / (1 << 20)).toFixed(1) + " MB" : bytes >= 1024 ? +(bytes / 1024).toFixed(1) + " KB" : bytes + " bytes";

// --- Themes

function theme(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  element("theme").setAttribute("aria-pressed", String(dark));
}
const system = matchMedia("(prefers-color-scheme: dark)");
const chosen = () => { try { return localStorage.getItem("wasm-playground-theme"); } catch { return null; } };
theme(chosen() ? chosen() === "dark" : system.matches);
system.addEventListener("change", () => chosen() || theme(system.matches));
element("theme").addEventListener("click", () => {
  const dark = document.documentElement.dataset.theme !== "dark";
  theme(dark);
  try { localStorage.setItem("wasm-playground-theme", dark ? "dark" : "light"); } catch { /* It is for this page alone then */ }
});

// --- The list

function list() {
  const wanted = element("filter").value.trim().toLowerCase();
  const items = [...state.functions.values()]
    .filter((one) => (one.name + " " + (one.description || "")).toLowerCase().includes(wanted))
    .map((one) => {
      const link = make("a", one.name, { href: "#/function/" + encodeURIComponent(one.name) });
      link.append(make("small", one.language || one.kind));
      if (state.selected === one.name) {
        link.setAttribute("aria-current", "page");
      }
      const item = make("li");
      item.append(link);
      return item;
    });
  element("functions").replaceChildren(...items);
  element("none").hidden = items.length > 0;
  element("none").textContent = state.functions.size ? "No function has that in its name." : "There are no functions.";
}
element("filter").addEventListener("input", list);

function show() {
  if (state.selected !== null) {
    keepInput();
  }
  const script = location.hash === "#/script" && state.languages.length > 0;
  const named = location.hash.startsWith("#/function/") ? decodeURIComponent(location.hash.slice(11)) : null;
  const one = script ? null : state.functions.get(named) || state.functions.values().next().value;
  state.selected = one ? one.name : null;
  element("script").hidden = !script;
  element("function").hidden = !one;
  script ? element("to-script").setAttribute("aria-current", "page") : element("to-script").removeAttribute("aria-current");
  document.title = (script ? "Script" : one ? one.name : "No functions") + " – Playground";
  problem(named && !state.functions.has(named) ? "There is no function '" + named + "'." : "");
  if (one) {
    describe(one);
  }
  list();
  statistics();
}
addEventListener("hashchange", () => { show(); element("main").focus({ preventScroll: true }); });

function describe(one) {
  element("name").textContent = one.name;
  element("description").textContent = one.description || "";
  const limits = one.limits;
  const facts = [["Kind", one.kind], ["Language", one.language], ["Module", one.module],
    ["Takes", one.parameters ? one.parameters.join(", ") || "nothing" : one.consumes],
    ["Answers with", one.results ? one.results.join(", ") || "nothing" : one.produces],
    ["Time", limits.timeoutMillis + " ms"], ["Memory", size(limits.memory)], ["Input", size(limits.input)],
    ["Output", size(limits.output)], ["At once", limits.concurrency + (limits.queueSize ? ", and " + limits.queueSize + " waiting" : "")]];
  element("facts").replaceChildren(...facts.filter(([, value]) => value).map(([name, value]) => {
    const pair = make("div");
    pair.append(make("dt", name), make("dd", value));
    return pair;
  }));
  hints(one);
  const kept = state.inputs.get(one.name);
  element("input").value = kept ? kept.input : pretty(one.example.text, one.example.type);
  element("type").value = kept ? kept.type : one.example.type;
  element("file").value = "";
  element("answer").replaceChildren(...(kept ? kept.answer : []));
}

function pretty(text, type) {
  // Numbers beyond what JavaScript has would change
  if (!/^[^;]*[/+]json/.test(type) || !text.startsWith("{") || /\d{16}/.test(text)) {
    return text;
  }
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

function keepInput() {
  state.inputs.set(state.selected,
    { input: element("input").value, type: element("type").value, answer: [...element("answer").childNodes] });
}

function hints(one) {
  const schemas = [["Input", one.inputSchema], ["Output", one.outputSchema]].filter(([, schema]) => schema !== null && schema !== undefined);
  element("hints").hidden = schemas.length === 0;
  const input = one.inputSchema || {};
  const required = new Set(input.required || []);
  const rows = Object.entries(input.properties || {}).map(([name, field]) => {
    const row = make("tr");
    const type = field.enum ? field.enum.map((value) => JSON.stringify(value)).join(" or ") : [field.type || (field.$ref || "").split("/").pop()].flat().join(" or ");
    row.append(make("td", name + (required.has(name) ? " (required)" : "")), make("td", type), make("td", field.description || field.title || ""));
    return row;
  });
  element("fields").hidden = rows.length === 0;
  element("fields").tBodies[0].replaceChildren(...rows);
  element("schemas").replaceChildren(...schemas.flatMap(([name, schema]) => [make("h3", name), make("pre", JSON.stringify(schema, null, 2))]));
}

// --- Calls

const timing = (header, name) => {
  const found = new RegExp("(?:^|,)\\s*" + name + ";dur=([0-9.]+)").exec(header || "");
  return found ? Number(found[1]) : null;
};

function csrf() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("XSRF-TOKEN="));
  return cookie ? { "X-XSRF-TOKEN": decodeURIComponent(cookie.slice(11)) } : {};
}

async function call(event) {
  event.preventDefault();
  const name = state.selected;
  const file = element("file").files[0];
  const type = element("type").value.trim();
  const serial = ++state.serial;
  busy(element("send"), true);
  const start = performance.now();
  try {
    const response = await fetch(base + "/" + encodeURIComponent(name), { method: "POST", body: file || element("input").value,
      headers: { ...csrf(), "Content-Type": type || "application/octet-stream" } });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const header = response.headers.get("Server-Timing");
    const answer = render({ bytes, type: response.headers.get("Content-Type") || "", status: response.status,
      headers: [...response.headers], call: timing(header, "call"), cold: timing(header, "cold"), whole: performance.now() - start });
    if (state.selected === name && serial === state.serial) {
      element("answer").replaceChildren(...answer);
    }
  }
  catch (failure) {
    element("answer").replaceChildren(make("p", "The application does not answer: " + failure.message, { role: "alert" }));
  }
  finally {
    busy(element("send"), false);
    statistics();
  }
}

function busy(button, is) {
  button.disabled = is;
  button.setAttribute("aria-busy", String(is));
}

const text = (bytes) => { try { return new TextDecoder("utf-8", { fatal: true }).decode(bytes); } catch { return null; } };

function render(answer) {
  const type = answer.type.toLowerCase();
  const shown = text(answer.bytes);
  let outcome = answer.outcome || (answer.status < 300 ? "success" : "status " + answer.status);
  let told = null;
  if (type.startsWith("application/problem+json") && shown !== null) {
    try {
      told = JSON.parse(shown);
      outcome = String(told.type || outcome).replace("urn:wasm:problem:", "");
    }
    catch { /* It is shown as it is */ }
  }
  const summary = make("p", null, { class: "summary", role: "status" });
  summary.append(make("span", outcome, { class: "outcome" + (outcome === "success" ? " success" : "") }));
  const parts = [answer.status ? "HTTP " + answer.status : null, answer.compile !== null && answer.compile !== undefined ? "compiled in " + milliseconds(answer.compile) : null,
    answer.cold !== null && answer.cold !== undefined ? "cold start " + milliseconds(answer.cold) : null,
    answer.call !== null && answer.call !== undefined ? "call " + milliseconds(answer.call) : null,
    answer.whole ? "with the network " + milliseconds(answer.whole) : null, size(answer.bytes.length), answer.type];
  parts.filter(Boolean).forEach((part) => summary.append(make("span", part)));
  const nodes = [summary];
  if (told) {
    nodes.push(make("p", (told.title ? told.title + ": " : "") + (told.detail || "")));
    if (Array.isArray(told.errors)) {
      const errors = make("ul", null, { class: "errors" });
      for (const error of told.errors) {
        const item = make("li");
        item.append(make("code", error.pointer || "the input"), " " + error.detail);
        errors.append(item);
      }
      nodes.push(errors);
    }
  }
  nodes.push(...content(answer.bytes, type, shown));
  if (answer.headers) {
    const details = make("details");
    details.append(make("summary", "Headers"), make("pre", answer.headers.map(([name, value]) => name + ": " + value).join("\n")));
    nodes.push(details);
  }
  return nodes;
}

function content(bytes, type, shown) {
  if (bytes.length === 0) {
    return [make("p", "The answer is empty.", { class: "help" })];
  }
  if (/^[^;]*[/+]json/.test(type) && shown !== null) {
    return [make("pre", pretty(shown, type), { tabindex: "0", "aria-label": "Answer as JSON" })];
  }
  if (type.startsWith("text/html") || type.startsWith("application/xhtml") || type.startsWith("image/")) {
    const raw = make("details");
    raw.append(make("summary", "Source"), make("pre", shown !== null ? shown : hex(bytes)));
    return [frame(type.startsWith("image/") ? "<img alt='The answer' src='data:" + type.replace(/[^a-z0-9/+.-].*$/, "") + ";base64," + base64(bytes) + "'>"
      : shown !== null ? shown : new TextDecoder("latin1").decode(bytes)), raw];
  }
  if (shown !== null && !/[\0-\x08\x0e-\x1a]/.test(shown)) {
    return [make("pre", shown, { tabindex: "0", "aria-label": "Answer as text" })];
  }
  const link = make("a", "Save the " + size(bytes.length), { href: URL.createObjectURL(new Blob([bytes])), download: "answer.bin" });
  return [make("pre", hex(bytes), { tabindex: "0", "aria-label": "Answer as bytes" }), link];
}

function frame(html) {
  const framed = make("iframe", null, { sandbox: "allow-scripts", src: base + "/playground/frame.html", title: "Answer" });
  framed.addEventListener("load", () => framed.contentWindow && framed.contentWindow.postMessage(html, "*"));
  return framed;
}

function base64(bytes) {
  let binary = "";
  bytes.forEach((byte) => { binary += String.fromCharCode(byte); });
  return btoa(binary);
}

function hex(bytes) {
  const lines = [];
  for (let start = 0; start < Math.min(bytes.length, 1024); start += 16) {
    const part = [...bytes.slice(start, start + 16)];
    lines.push(start.toString(16).padStart(6, "0") + "  " + part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ").padEnd(49)
      + part.map((byte) => byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".").join(""));
  }
  return lines.join("\n") + (bytes.length > 1024 ? "\n…" : "");
}

element("call").addEventListener("submit", call);
element("file").addEventListener("change", () => {
  const file = element("file").files[0];
  if (file) {
    element("type").value = file.type || "application/octet-stream";
  }
});
for (const [area, button] of [["input", "send"], ["source", "execute"], ["script-input", "execute"]]) {
  element(area).addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      element(button).disabled || element(button).click();
    }
  });
}

// --- Scripts

async function run(event) {
  event.preventDefault();
  busy(element("execute"), true);
  const start = performance.now();
  try {
    const response = await fetch(base + "/playground/run", { method: "POST", headers: { ...csrf(), "Content-Type": "application/json" },
      body: JSON.stringify({ language: element("language").value, source: element("source").value,
        input: element("script-input").value, contentType: element("script-type").value }) });
    const type = response.headers.get("Content-Type") || "";
    if (!response.ok || !type.startsWith("application/json")) {
      element("script-answer").replaceChildren(...render({ bytes: new Uint8Array(await response.arrayBuffer()), type, status: response.status, whole: performance.now() - start }));
      return;
    }
    const told = await response.json();
    const bytes = Uint8Array.from(atob(told.output || ""), (char) => char.charCodeAt(0));
    const nodes = render({ bytes, type: told.contentType || "", outcome: told.outcome, compile: told.compileMillis, call: told.millis, cold: told.coldStartMillis, whole: performance.now() - start });
    if (told.error) {
      nodes.splice(1, nodes.length, make("p", told.error.detail));
      const place = [told.error.file, told.error.line || null, told.error.column || null].filter(Boolean).join(":");
      const lines = [told.error.type ? told.error.type + ": " + told.error.message : told.error.message, place ? "at " + place : null, told.error.source]
        .filter(Boolean);
      if (lines.length) {
        nodes.push(make("pre", lines.join("\n"), { tabindex: "0", "aria-label": "What the script threw" }));
      }
    }
    element("script-answer").replaceChildren(...nodes);
  }
  catch (failure) {
    element("script-answer").replaceChildren(make("p", "The application does not answer: " + failure.message, { role: "alert" }));
  }
  finally {
    busy(element("execute"), false);
  }
}
element("run").addEventListener("submit", run);
element("language").addEventListener("change", () => language());

function language() {
  const one = state.languages.find((candidate) => candidate.name === element("language").value);
  const untouched = state.languages.some((candidate) => candidate.example === element("source").value);
  if (one && (untouched || element("source").value === "")) {
    element("source").value = one.example;
    element("script-input").value = element("script-input").value || '{ "name": "World" }';
  }
}

// --- Live counts

async function statistics() {
  const name = state.selected;
  if (name === null || document.hidden) {
    return;
  }
  try {
    const response = await fetch(base + "/playground/calls/" + encodeURIComponent(name));
    if (!response.ok) {
      return;
    }
    const told = await response.json();
    if (state.selected === name) {
      count(told);
      chart(told.recent);
    }
  }
  catch { /* The application is gone, or being restarted: the next look may find it */ }
}

function count(told) {
  const rows = Object.entries(told.calls).filter(([outcome, calls]) => calls > 0 || outcome === "success").concat([["running now", told.active]]);
  element("counts").tBodies[0].replaceChildren(...rows.map(([outcome, calls]) => {
    const row = make("tr");
    row.append(make("td", outcome), make("td", calls));
    return row;
  }));
}

function chart(recent) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 600 100");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  const longest = Math.max(...recent.map((one) => one.millis), 0.001);
  recent.forEach((one, i) => {
    const bar = document.createElementNS(namespace, "rect");
    const height = Math.max(3, 98 * one.millis / longest);
    for (const [attribute, value] of [["x", i * 12 + 1], ["y", 100 - height], ["width", 10], ["height", height], ["class", one.outcome === "success" ? "bar" : "bar failed"]]) {
      bar.setAttribute(attribute, value);
    }
    const title = document.createElementNS(namespace, "title");
    title.textContent = one.outcome + ", " + milliseconds(one.millis) + (one.coldStartMillis === null ? "" : ", cold start " + milliseconds(one.coldStartMillis));
    bar.append(title);
    svg.append(bar);
  });
  const failed = recent.filter((one) => one.outcome !== "success").length;
  const said = recent.length === 0 ? "No calls yet."
    : "The last " + (recent.length === 1 ? "call" : recent.length + " calls") + ", the longest " + milliseconds(longest) + "; " + failed + " did not succeed.";
  svg.setAttribute("aria-label", said);
  element("chart").replaceChildren(svg);
  element("chart-text").textContent = said;
}

// --- Begin

async function load() {
  try {
    const response = await fetch(base + "/playground/functions");
    if (!response.ok) {
      throw new Error("status " + response.status);
    }
    const told = await response.json();
    state.functions = new Map(told.functions.map((one) => [one.name, one]));
    state.languages = told.languages;
    element("application").textContent = told.application || "";
    element("openapi").hidden = !told.openapi;
    element("to-script").hidden = told.languages.length === 0;
    element("language").replaceChildren(...told.languages.map((one) => make("option", one.title, { value: one.name })));
    language();
    show();
  }
  catch (failure) {
    problem("The functions cannot be listed: " + failure.message);
  }
}
load();
setInterval(statistics, 2000);
