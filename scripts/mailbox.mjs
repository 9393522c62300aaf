// The mailbox of a service under development. It accepts e-mails as MAIL_PROVIDER=webhook sends them, keeps them in memory and shows them. It is not
// part of the worker. It listens on loopback only, and ends with the process that started it.
//   node scripts/mailbox.mjs PARENT_PID      prints its address on the first line
import { createServer } from "node:http";

const parent = Number(process.argv[2]);
const MOST_EMAILS = 500;
const LARGEST_BYTES = 1_000_000;
const mails = [];
// The mailbox loads nothing that an e-mail refers to.
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
  const rows = mails.map(
    (mail) =>
      `<tr><td>${mail.at.toLocaleTimeString()}</td><td>${escaped(mail.to)}</td><td><a href="/letters/${encodeURIComponent(mail.id)}">${escaped(mail.subject)}</a></td></tr>`,
  );
  const table = `<table><caption>E-mails, the latest first</caption><thead><tr><th scope="col">At</th><th scope="col">To</th><th scope="col">Subject</th></tr></thead><tbody>${rows.reverse().join("\n")}</tbody></table>`;
  const empty = "<p>No e-mail yet. Invite somebody, or send yourself a test e-mail from the host's settings; then reload this page.</p>";
  return page("Mailbox", `<h1>Mailbox</h1><p>What the service would have sent, with its links. It is kept until the service ends.</p>${mails.length ? table : empty}`);
};

const one = (mail) =>
  page(
    mail.subject,
    `<p><a href="/">All e-mails</a></p><h1>${escaped(mail.subject)}</h1>
<p>From ${escaped(mail.from)}<br>To ${escaped(mail.to)}<br>${escaped(mail.at.toISOString())}<br>Delivery ${escaped(mail.id)}</p>
<h2>Text</h2><pre>${linked(mail.text)}</pre>
<h2>HTML</h2><iframe title="The e-mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escaped(`<base target="_blank">${mail.html ?? ""}`)}"></iframe>`,
  );

/** Stores an e-mail. A repeated id is the same e-mail, sent again after a lost answer. */
function take(body) {
  const mail = JSON.parse(body);
  if (![mail.id, mail.to, mail.subject, mail.text].every((part) => typeof part === "string")) throw new TypeError("no e-mail");
  if (!mails.some(({ id }) => id === mail.id)) mails.push({ ...mail, at: new Date() });
  if (mails.length > MOST_EMAILS) mails.shift();
  return mail.id;
}

const server = createServer((request, response) => {
  const answer = (status, type, body) =>
    response.writeHead(status, { "content-type": type, "cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff", "content-security-policy": CSP }).end(body);
  // Requests must name this machine: a web page whose host name resolves to loopback is refused.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? "")) return answer(403, "text/plain", "Ask for 127.0.0.1.");
  if (request.method === "POST") {
    if (!request.headers["content-type"]?.startsWith("application/json")) return answer(415, "application/json", '{"message":"JSON is accepted"}');
    let body = "";
    request.setEncoding("utf8").on("data", (part) => {
      body += part;
      if (body.length > LARGEST_BYTES) request.destroy();
    });
    request.on("end", () => {
      try {
        answer(200, "application/json", JSON.stringify({ id: take(body) }));
      } catch {
        answer(400, "application/json", '{"message":"this is no e-mail"}');
      }
    });
    return undefined;
  }
  const { pathname } = new URL(request.url, "http://127.0.0.1");
  if (pathname === "/mails.json") return answer(200, "application/json", JSON.stringify(mails));
  const mail = mails.find(({ id }) => pathname === `/letters/${encodeURIComponent(id)}`);
  if (mail) return answer(200, "text/html; charset=utf-8", one(mail));
  return pathname === "/" ? answer(200, "text/html; charset=utf-8", list()) : answer(404, "text/plain", "Not here.");
});

server.listen(Number(process.env.MAILBOX_PORT ?? 0), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));

// The process that started it may be killed in ways that no trap catches.
setInterval(() => {
  try {
    process.kill(parent, 0);
  } catch {
    process.exit();
  }
}, 500).unref();
