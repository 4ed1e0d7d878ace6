// The moderators' keyboard. Everything works without it: each key presses a button or follows a
// link that stands on the page.

const desk = document.querySelector("[data-queue]");
const KEPT = "queue-keys";
const entries = [...document.querySelectorAll(".entry")];
const single = desk?.dataset.queue !== "list";
let leaving = false;

/** What the device keeps; one that keeps nothing has the shortcuts on. */
function keysAreOn() {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
}

/** The entry that the keys speak of: where the focus is, or the only one of a screen. */
function current() {
  return document.activeElement?.closest(".entry") ?? (single ? entries[0] : null);
}

function goTo(entry) {
  if (!entry) return;
  entry.focus({ preventScroll: true });
  entry.scrollIntoView({ block: "nearest" });
}

function step(by) {
  if (single) {
    document.querySelector(`a[rel=${by > 0 ? "next" : "prev"}]`)?.click();
    return;
  }
  const at = entries.indexOf(current());
  const to = at < 0 ? (by > 0 ? 0 : entries.length - 1) : at + by;
  if (to >= entries.length) document.querySelector("a[rel=next]")?.focus();
  else goTo(entries[Math.max(0, to)]);
}

/** The button, link or field of a key: in the current entry first, or else on the page. */
function ofKey(key) {
  const place = `[data-key="${CSS.escape(key)}"]`;
  return current()?.querySelector(place) ?? desk.querySelector(`:scope ${place}:not(.entry *)`);
}

function press(element) {
  if (!element || leaving) return;
  if (element.matches("textarea, input[type=search]")) element.focus();
  else element.click();
}

/** An entry's reasons. A long page has them once for each survey, and a copy comes here. */
function reasonsOf(entry) {
  const link = entry?.querySelector("a[data-grounds]");
  link?.replaceWith(document.getElementById(link.dataset.grounds).content.cloneNode(true));
  return entry?.querySelector(".grounds");
}

// The reasons stay open until one is chosen or Escape is pressed, and hold all keys meanwhile.
function toReasons(entry) {
  const reasons = reasonsOf(entry);
  if (!reasons) return;
  reasons.open = true;
  reasons.querySelector("button").focus({ preventScroll: true });
  reasons.scrollIntoView({ block: "nearest" });
}

/** What is decided on stays in view above the reasons, whichever way these were opened. */
function showText(event) {
  const text = event.target.closest(".screen")?.querySelector(".text");
  if (event.target.matches(".grounds[open]")) text?.scrollIntoView({ block: "nearest" });
}

function onClick(event) {
  const link = event.target.closest("a[data-grounds]");
  if (!link) return;
  event.preventDefault();
  toReasons(link.closest(".entry"));
}

/** The key of a ground: a digit also where the keyboard wants Shift for it. */
function groundOf(event) {
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  return digit ?? event.key.toLowerCase();
}

function inReasons(reasons, event) {
  const ground = CSS.escape(groundOf(event));
  if (event.key !== "Escape") return press(reasons.querySelector(`[data-ground="${ground}"]`));
  reasons.open = false;
  goTo(reasons.closest(".entry"));
}

function act(event) {
  const open = current()?.querySelector(".grounds[open]");
  if (open) return inReasons(open, event);
  // Nothing is decided that isn't marked: the first key goes to the first text.
  if (OF_AN_ENTRY.has(event.key) && !current()) return step(1);
  switch (event.key) {
    case "j": return step(1);
    case "k": return step(-1);
    case "r": return toReasons(current());
    case "u": return press(document.querySelector('.undo [data-key="u"]'));
    case "n": return press(ofKey("n") ?? note());
    case "v": return press(ofKey("v") ?? ratings());
    case "?": return toggleLegend();
    case "p": case "h": case "x": case "o": return press(current()?.querySelector(`[data-key="${event.key}"]`));
    case "/": case "m": return press(ofKey(event.key));
  }
  return null;
}

const OF_AN_ENTRY = new Set(["p", "r", "h", "x", "n", "v", "o"]);
const HANDLED = new Set(["j", "k", "p", "r", "h", "u", "x", "n", "v", "o", "m", "/", "?"]);

// In a list notes and ratings stand on the text's own page.
function ownPage(hash, more = {}) {
  const link = current()?.querySelector('[data-key="o"]');
  if (!link) return null;
  const address = new URL(link.href);
  for (const [name, value] of Object.entries(more)) address.searchParams.set(name, value);
  address.hash = hash;
  return Object.assign(document.createElement("a"), { href: address.href });
}
const note = () => ownPage("note");
const ratings = () => ownPage("ratings", { ratings: "1" });

function toggleLegend() {
  const legend = document.getElementById("legend");
  legend.open = !legend.open;
  if (legend.open) legend.querySelector("summary").focus();
}

function types(target) {
  return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox])");
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (types(event.target)) {
    if (event.key === "Escape") goTo(event.target.closest(".entry") ?? entries[0]);
    return;
  }
  if (!keysAreOn()) return;
  const open = current()?.querySelector(".grounds[open]");
  const chosen = open && (event.key === "Escape" || open.querySelector(`[data-ground="${CSS.escape(groundOf(event))}"]`));
  if (!chosen && (open || !HANDLED.has(event.key))) return;
  event.preventDefault();
  act(event);
}

/** Ticks without a journey to the server, and how many there are. */
function ticks() {
  const shown = document.getElementById("ticked");
  const boxes = [...document.querySelectorAll('input[form="bulk"]')];
  const tell = () => {
    const number = boxes.filter((box) => box.checked).length;
    shown.textContent = number ? `${shown.dataset.some} ${number}` : shown.dataset.none;
    document.getElementById("bulk").classList.toggle("idle", !number);
    for (const button of document.querySelectorAll("#bulk button")) button.disabled = !number;
  };
  for (const box of boxes) box.addEventListener("change", tell);
  document.querySelector("[data-tick]").addEventListener("click", (event) => {
    event.preventDefault();
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
    tell();
  });
  tell();
}

/** On a phone the states are wider than the screen: the chosen one is shown, without the page moving. */
function showState() {
  const states = document.querySelector(".states ul");
  const chosen = states?.querySelector("[aria-current]");
  if (chosen) states.scrollLeft += chosen.getBoundingClientRect().right - states.getBoundingClientRect().right + 80;
}

function switchKeys() {
  const box = document.getElementById("keys");
  if (!box) return;
  const show = () => document.documentElement.classList.toggle("keys-off", !box.checked);
  box.closest("[hidden]").hidden = false;
  box.checked = keysAreOn();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(KEPT, box.checked ? "on" : "off");
    } catch {
      // Then it holds for this page.
    }
    show();
  });
  show();
}

// After a decision the page comes again, and the work goes on at the next text.
function arrive() {
  leaving = false;
  const named = location.hash.startsWith("#o") && document.getElementById(location.hash.slice(1));
  if (location.hash === "#note") document.getElementById("note")?.focus();
  else if (named) goTo(named);
  else if (!location.hash && document.querySelector(".undo, .messagelist") && entries[0]) goTo(entries[0]);
}

if (desk) {
  addEventListener("keydown", onKey);
  addEventListener("click", onClick);
  addEventListener("toggle", showText, { capture: true });
  showState();
  addEventListener("submit", () => (leaving = true));
  addEventListener("pageshow", arrive);
  switchKeys();
  if (document.getElementById("bulk")) ticks();
}
