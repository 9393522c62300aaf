// The mailbox of a service under development: takes letters as MAIL_PROVIDER=webhook sends them, keeps them in memory, shows them. It is no
// part of the worker. Loopback only; ends with the process that started it.
//   node scripts/mailbox.mjs PARENT_PID      prints its address on the first line
import { createServer } from "node:http";

const parent = Number(process.argv[2]);
const MOST = 500;
const LARGEST = 1_000_000;
const letters = [];
// What a letter would fetch is left where it is: the mailbox asks nobody for anything.
const CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const escaped = (text) => String(text ?? "").replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
const linked = (text) => escaped(text).replace(/https?:\/\/[^\s&]+[^\s&.,;:)]/g, (url) => `<a href="${url}">${url}</a>`);

const page = (title, content) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{width:100%;border-collapse:collapse}
th,td{text-align:left;padding:.4rem;border-bottom:1px solid #ccc}pre{white-space:pre-wrap;background:#f4f4f4;color:#111;padding:1rem}
iframe{width:100%;height:24rem;border:1px solid #ccc;background:#fff}:root{color-scheme:light dark}</style></head>
<body><main>${content}</main></body></html>`;

const list = () => {
  const rows = letters.map(
    (letter) =>
      `<tr><td>${letter.at.toLocaleTimeString()}</td><td>${escaped(letter.to)}</td><td><a href="/letters/${encodeURIComponent(letter.id)}">${escaped(letter.subject)}</a></td></tr>`,
  );
  const table = `<table><caption>Letters, the latest first</caption><thead><tr><th scope="col">At</th><th scope="col">To</th><th scope="col">Subject</th></tr></thead><tbody>${rows.reverse().join("\n")}</tbody></table>`;
  const empty = "<p>No letter yet. Invite somebody, or send yourself a test letter from the host's settings; then reload this page.</p>";
  return page("Mailbox", `<h1>Mailbox</h1><p>What the service would have sent, with its links. It is kept until the service ends.</p>${letters.length ? table : empty}`);
};

const one = (letter) =>
  page(
    letter.subject,
    `<p><a href="/">All letters</a></p><h1>${escaped(letter.subject)}</h1>
<p>From ${escaped(letter.from)}<br>To ${escaped(letter.to)}<br>${escaped(letter.at.toISOString())}<br>Delivery ${escaped(letter.id)}</p>
<h2>Text</h2><pre>${linked(letter.text)}</pre>
<h2>HTML</h2><iframe title="The letter as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escaped(`<base target="_blank">${letter.html ?? ""}`)}"></iframe>`,
  );

/** The letter, once: the same id is the same letter, whoever lost the first answer. */
function take(body) {
  const letter = JSON.parse(body);
  if (![letter.id, letter.to, letter.subject, letter.text].every((part) => typeof part === "string")) throw new TypeError("no letter");
  if (!letters.some(({ id }) => id === letter.id)) letters.push({ ...letter, at: new Date() });
  if (letters.length > MOST) letters.shift();
  return letter.id;
}

const server = createServer((request, response) => {
  const answer = (status, type, body) =>
    response.writeHead(status, { "content-type": type, "cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff", "content-security-policy": CSP }).end(body);
  // Only this machine asks, by its own name: a page elsewhere that resolves its name to loopback does not.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? "")) return answer(403, "text/plain", "Ask for 127.0.0.1.");
  if (request.method === "POST") {
    if (!request.headers["content-type"]?.startsWith("application/json")) return answer(415, "application/json", '{"message":"JSON is taken"}');
    let body = "";
    request.setEncoding("utf8").on("data", (part) => {
      body += part;
      if (body.length > LARGEST) request.destroy();
    });
    request.on("end", () => {
      try {
        answer(200, "application/json", JSON.stringify({ id: take(body) }));
      } catch {
        answer(400, "application/json", '{"message":"this is no letter"}');
      }
    });
    return undefined;
  }
  const { pathname } = new URL(request.url, "http://127.0.0.1");
  if (pathname === "/letters.json") return answer(200, "application/json", JSON.stringify(letters));
  const letter = letters.find(({ id }) => pathname === `/letters/${encodeURIComponent(id)}`);
  if (letter) return answer(200, "text/html; charset=utf-8", one(letter));
  return pathname === "/" ? answer(200, "text/html; charset=utf-8", list()) : answer(404, "text/plain", "Not here.");
});

server.listen(Number(process.env.MAILBOX_PORT ?? 0), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));

// Whoever started it may be killed in ways no trap hears.
setInterval(() => {
  try {
    process.kill(parent, 0);
  } catch {
    process.exit();
  }
}, 500).unref();
