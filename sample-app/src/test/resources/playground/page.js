// A page that tries what it must not be able to do.
export function handle() {
  return `<!DOCTYPE html><title>Broken out</title><style>h1 { color: rgb(200, 0, 0) }</style>
    <h1>Shown</h1>
    <button id="press" onclick="document.querySelector('h1').textContent = 'Run'">Press</button>
    <script>document.querySelector("h1").textContent = "Run"; parent.broken = true; top.document.title = "Broken out";</script>
    <img src="/functions" onerror="document.querySelector('h1').textContent = 'Run'">`;
}
