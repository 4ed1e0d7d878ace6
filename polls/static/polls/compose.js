// The composer's preview, checklist and saving. The server makes the page of what is typed, stores
// nothing of it, and says what is missing: nothing is judged here.

import { freshKey, isUnsaved, say, stands } from "./unsaved.js";

const form = document.getElementById("compose");
const frame = document.getElementById("preview");
const note = form.querySelector("[data-note]");
const publish = form.querySelector("[data-publish]");
const PAUSE = 700; // milliseconds without a key before the preview is made
const KEPT = "compose-place";

let timer = 0;
let asked = null;
let missing = []; // in what was last shown: a mistake hides nothing of it

/** The latest page in the frame; its style, its place and what stands open in it stay. */
function show(page) {
  const fresh = new DOMParser().parseFromString(page, "text/html");
  const shown = frame.contentDocument;
  if (!frame.srcdoc || !shown?.querySelector("main")) {
    frame.srcdoc = page; // its load event says when it is there
    return;
  }
  const open = [...shown.querySelectorAll("details")].map((details) => details.open);
  fresh.querySelectorAll("details").forEach((details, place) => (details.open ||= open[place] ?? false));
  shown.documentElement.lang = fresh.documentElement.lang;
  const { scrollX, scrollY } = frame.contentWindow;
  shown.body.replaceWith(shown.adoptNode(fresh.body));
  frame.contentWindow.scrollTo(scrollX, scrollY);
  form.dispatchEvent(new Event("compose:shown"));
}

async function preview() {
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  freshKey();
  try {
    const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form), signal });
    take(await answer.json());
    say("");
  } catch (error) {
    if (error.name === "AbortError") return;
    note.textContent = (await stands()) ? form.dataset.sayAway : "";
  }
}

function take(answer) {
  if (answer.page) show(answer.page);
  missing = answer.missing ?? missing;
  mark(answer.mistakes);
  list([...answer.mistakes, ...missing]);
  for (const [row, state] of Object.entries(answer.passages ?? {})) {
    const told = document.getElementById(row)?.querySelector("[data-passage]");
    if (told) told.dataset.passage = state;
  }
  frame.hidden = !frame.srcdoc;
  frame.classList.toggle("old", !answer.page);
  const { sayWaits, sayNone, sayFresh, saySaved } = form.dataset;
  const sayOld = frame.srcdoc ? sayWaits : sayNone;
  note.textContent = answer.page ? (isUnsaved() ? sayFresh : saySaved) : sayOld;
}

/** Each mistake at its field, and in the box of a page that came back with some: as it is now. */
function mark(mistakes) {
  for (const old of form.querySelectorAll(".writing .errorlist, [data-mistake]")) old.remove();
  for (const old of form.querySelectorAll(".field.errors")) old.classList.remove("errors");
  for (const { href, message, at_field } of mistakes) {
    const field = href && document.querySelector(href)?.closest(".field");
    if (!field || field.querySelector(".length.over")) continue; // which says so already
    const told = document.createElement("p");
    told.className = "mistake";
    told.dataset.mistake = "";
    told.textContent = at_field || message;
    field.append(told);
  }
  const box = form.querySelector("[data-box]");
  box?.querySelector("ul").replaceChildren(...mistakes.map(line));
  if (box) box.hidden = !mistakes.length;
}

/** An entry as a line of a list, leading to its field. */
function line({ message, href, blocking }) {
  const item = document.createElement("li");
  item.className = blocking ? "blocking" : "";
  const link = document.createElement(href ? "a" : "span");
  if (href) link.href = href;
  link.textContent = message;
  item.append(link);
  return item;
}

function list(entries) {
  form.querySelector("[data-checklist]").replaceChildren(...entries.map(line));
  form.querySelector("[data-count]").textContent = entries.length;
  form.querySelector("[data-nothing]").hidden = entries.length > 0;
  if (publish) publish.disabled = entries.some(({ blocking }) => blocking);
}

/** To a field, whatever it is folded into. */
function goTo(target) {
  for (let at = target; at; at = at.parentElement) if (at.matches("details")) at.open = true;
  target.focus();
  target.scrollIntoView({ block: "center" });
}

/** In the preview: the statement whose row is at work. */
function follow(row) {
  const there = row.dataset.number && frame.contentDocument?.getElementById(`statement-${row.dataset.number}`);
  if (!there) return;
  const top = there.getBoundingClientRect().top + frame.contentWindow.scrollY;
  frame.contentWindow.scrollTo(0, Math.max(0, top - 80));
}

/** A page that comes again after saving stands where it stood. */
function keepPlace() {
  const open = [...form.querySelectorAll("[data-rows]")].map((rows) =>
    [...rows.children].filter((row) => !("removed" in row.dataset)).map((row) => row.querySelector("details").open));
  const place = { top: scrollY, open, at: document.activeElement?.id, path: location.pathname };
  sessionStorage.setItem(KEPT, JSON.stringify(place));
}

function comeBack() {
  const place = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  if (!place || place.path !== location.pathname || isUnsaved()) return;
  form.querySelectorAll("[data-rows]").forEach((rows, n) =>
    [...rows.children].forEach((row, m) => (row.querySelector("details").open = place.open[n]?.[m] ?? false)));
  scrollTo(0, place.top);
  const there = document.getElementById(place.at);
  if (there?.closest(".writing")) there.focus({ preventScroll: true });
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(preview, PAUSE);
});
form.addEventListener("focusin", (event) => {
  const row = event.target.closest('[data-rows="statements"] > .row');
  if (row) follow(row);
});
form.addEventListener("click", (event) => {
  const link = event.target.closest('.watch a[href^="#id_"], .errornote a[href^="#id_"]');
  const target = link && document.querySelector(link.getAttribute("href"));
  if (!target) return;
  event.preventDefault();
  goTo(target);
});
form.addEventListener("submit", () => {
  clearTimeout(timer);
  keepPlace();
});
form.addEventListener("standing", preview); // signed in again
// A title stands on one line, however many its field has.
form.querySelector("#id_article-title")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});
addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector(".acts [name=_save]"));
});
// Nothing in the preview leads anywhere: its links are to be seen, not followed.
frame.addEventListener("load", () => {
  form.dispatchEvent(new Event("compose:shown"));
  frame.contentDocument?.addEventListener("click", (event) => {
    const link = event.target.closest?.("a");
    if (!link) return;
    event.preventDefault();
    const [, name] = link.getAttribute("href").split("#");
    if (name) frame.contentDocument.getElementById(name)?.scrollIntoView();
  });
  frame.contentDocument?.addEventListener("submit", (event) => event.preventDefault());
});

document.documentElement.classList.add("composes");
comeBack();
// Whoever begins with an empty page has made no mistake yet.
frame.hidden = true;
if (form.dataset.begins && !isUnsaved()) note.textContent = form.dataset.begins;
else preview();
