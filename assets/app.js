// What HTML cannot do by itself. Every page is whole without this file: links can be selected and copied by hand, tokens can be pasted,
// menus are <details>. Out of scope: anything that talks to the server other than by submitting a form of the page.
"use strict";

// The token of a link is in the fragment, which no server, log or Referer sees. Here it moves into the form and leaves the address bar;
// an invitation or a reset then opens (a POST that only shows), setup only has its field filled.
function takeToken() {
  const field = document.querySelector("[data-token]");
  const token = location.hash.slice(1);
  // #main is the skip link, #email a link of the error summary: a fragment that names something on this page is no token.
  if (!field || !token || document.getElementById(token)) return;
  history.replaceState(null, "", location.pathname + location.search);
  try {
    field.value = decodeURIComponent(token);
  } catch {
    field.value = token;
  }
  const form = field.form;
  if (!form.hasAttribute("data-open-link")) return;
  const lead = document.querySelector("[data-opening]");
  if (lead) lead.textContent = lead.dataset.opening;
  form.requestSubmit();
}

// "Copy link", with the answer said aloud.
async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  const said = document.querySelector("[data-copy-said]");
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    said.textContent = button.dataset.copied;
    button.classList.add("is-copied");
    setTimeout(() => button.classList.remove("is-copied"), 2000);
  } catch {
    field.focus();
    said.textContent = button.dataset.byHand;
  }
}

// "Show" beside a password.
function reveal(button) {
  const field = document.getElementById(button.dataset.reveal);
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  button.textContent = shown ? button.dataset.hide : button.dataset.show;
}

// The menus of the frame close when one looks elsewhere.
const menus = () => document.querySelectorAll("details.menu[open], details.switcher[open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  const button = event.target.closest("button");
  if (button?.dataset.copy) copy(button);
  if (button?.dataset.reveal) reveal(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-select]")) event.target.select();
});

// A second press while the first is on its way sends nothing. (The server does a form once anyway; but the answer to the first press is the one
// that shows a link.) The button shows that it was pressed. After ten seconds, or back on the page, one may press again.
const restAt = new WeakMap();
function rest(form) {
  clearTimeout(restAt.get(form));
  for (const busy of [form, ...form.querySelectorAll("[aria-busy]")]) busy.removeAttribute("aria-busy");
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.hasAttribute("aria-busy")) {
    event.preventDefault();
    return;
  }
  for (const busy of [form, event.submitter]) busy?.setAttribute("aria-busy", "true");
  restAt.set(form, setTimeout(rest, 10_000, form));
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) rest(form);
});

// A password that was shown is hidden again before it is sent, so that the browser does not keep it as ordinary text.
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("[data-reveal][aria-pressed=true]")) reveal(button);
});

for (const button of document.querySelectorAll("[data-copy], [data-reveal]")) button.hidden = false;
for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.getTime())) time.title = at.toLocaleString(document.documentElement.lang, { dateStyle: "full", timeStyle: "short" });
}

// A country is its two letters; the browser knows its name in the reader's language. Typing either finds it.
const country = (code) => new Intl.DisplayNames([document.documentElement.lang], { type: "region" }).of(code);
for (const field of document.querySelectorAll("[data-countries]")) {
  const list = document.createElement("datalist");
  list.id = `${field.id}-list`;
  for (const code of field.dataset.countries.match(/../g)) list.append(new Option(country(code), code));
  field.after(list);
  field.setAttribute("list", list.id);
}
for (const said of document.querySelectorAll("[data-country]")) {
  const code = said.textContent.trim();
  if (/^[A-Z]{2}$/.test(code)) said.textContent = `${country(code)} (${code})`;
}
window.addEventListener("hashchange", takeToken);
takeToken();
