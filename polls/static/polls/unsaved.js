// What is typed in a form of the newsroom and not saved yet: kept on this device and offered again,
// not left by accident, and not sent while nobody is signed in. What was stored, the server says in
// a cookie (polls/admin/unsaved.py).

const DAYS = 30 * 24 * 3600 * 1000;
const PAUSE = 300; // milliseconds without a key before it is kept
const ASIDE = ["csrfmiddlewaretoken", "kept"];

const told = document.getElementById("unsaved");
const form = told.closest("form");
const token = form.elements.kept;
const offered = told.querySelector("[data-offer]");
const ours = `unsaved:${told.dataset.user}:${location.pathname}:`;

let timer = 0;
let isSent = false;
let isSure = false;
let isAsking = false;

function reachable() {
  try {
    return localStorage;
  } catch {
    return {}; // This browser keeps nothing: then nothing is kept.
  }
}

const storage = reachable();
const places = () => Object.keys(storage).filter((place) => place.startsWith("unsaved:"));

function cookie(name) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? found.slice(name.length + 1) : "";
}

/** What is kept at a place as `{at, values: [[name, value], …]}`; null where it is damaged. */
function read(place) {
  try {
    const kept = JSON.parse(storage[place]);
    return Array.isArray(kept.values) ? { ...kept, place } : null;
  } catch {
    return null;
  }
}

/** Forget what was stored since, and what nobody came back to. */
function tidy() {
  const stored = cookie("saved").split(".");
  for (const place of places()) {
    const isOld = !(read(place)?.at > Date.now() - DAYS);
    if (isOld || stored.includes(place.split(":").at(-1))) delete storage[place];
  }
  document.cookie = "saved=; path=/admin/; max-age=0";
}

function values() {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !ASIDE.includes(name));
}

// A page that came back with its mistakes has what isn't saved from the start.
const opened = "bound" in told.dataset ? "" : JSON.stringify(values());
token.value ||= `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;

export function isUnsaved() {
  return JSON.stringify(values()) !== opened;
}

function keep() {
  clearTimeout(timer);
  const place = ours + token.value;
  if (!isUnsaved()) {
    delete storage[place];
    return;
  }
  try {
    storage[place] = JSON.stringify({ at: Date.now(), values: values() });
  } catch {
    // It is full, or closed to us.
  }
}

/** The key that a sign-in in another tab has changed meanwhile. */
export function freshKey() {
  const key = form.elements.csrfmiddlewaretoken;
  key.value = cookie("csrftoken") || key.value;
  return key.value;
}

async function standing() {
  try {
    const answer = await fetch(told.dataset.asks, { redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect") return "out";
    return answer.ok ? "" : "away";
  } catch {
    return "away";
  }
}

/** What stands in the way of saving: "out", "away", or "" for nothing any more. */
export function say(state) {
  for (const line of told.querySelectorAll("[data-when]")) line.hidden = line.dataset.when !== state;
}

/** Whether one is signed in; where not, it is said until one is. */
export async function stands() {
  const state = await standing();
  say(state);
  if (!state) freshKey();
  return !state;
}

/** The server shows again what was kept, whatever rows it had; it stores nothing of it. */
async function restore(kept) {
  if (!(await stands())) return;
  const sender = document.createElement("form");
  sender.method = "post";
  const sent = [...kept.values, ["csrfmiddlewaretoken", freshKey()], ["kept", kept.place.split(":").at(-1)], ["_restore", "yes"]];
  for (const [name, value] of sent) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    sender.append(field);
  }
  document.body.append(sender);
  sender.submit();
}

function offer() {
  const found = places().filter((place) => place.startsWith(ours)).map(read);
  const [newest] = found.sort((one, other) => other.at - one.at);
  if (!newest || "bound" in told.dataset) return;
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  offered.querySelector("[data-at]").textContent = day.format(newest.at);
  offered.hidden = false;
  offered.querySelector("[data-restore]").addEventListener("click", () => restore(newest));
  offered.querySelector("[data-discard]").addEventListener("click", () => {
    for (const { place } of found) delete storage[place];
    offered.hidden = true;
  });
}

form.addEventListener("input", () => {
  isSent = false;
  clearTimeout(timer);
  timer = setTimeout(keep, PAUSE);
});
form.addEventListener("change", keep);
form.addEventListener(
  "submit",
  async (event) => {
    keep();
    isSent = isSure;
    if (isSure) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isAsking) return;
    isAsking = true;
    const isIn = await stands();
    isAsking = false;
    if (!isIn) return;
    isSure = true;
    form.requestSubmit(event.submitter);
    isSure = false;
  },
  { capture: true },
);
addEventListener("beforeunload", (event) => {
  if (!isSent && isUnsaved()) event.preventDefault();
});
addEventListener("pagehide", keep);
addEventListener("pageshow", () => (isSent = false));
addEventListener("focus", async () => {
  const isTold = [...told.querySelectorAll("[data-when]")].some((line) => !line.hidden);
  if (isTold && (await stands())) form.dispatchEvent(new Event("standing"));
});

tidy();
offer();
if ("bound" in told.dataset) keep();
