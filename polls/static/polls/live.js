// The results page fetches newer figures while somebody looks at it, and puts them in place.

const EVERY = 45_000; // milliseconds
const LONGEST = 16 * EVERY; // between two tries when nothing answers
const ATTENTION = 30 * 60_000;
const GONE = [403, 404, 410];

/** Make a node like a fresh one, changing only what differs: what has the focus, is unfolded or
 * selected stays so, and nothing on the page moves. */
function follow(node, fresh) {
  if (node.nodeName !== fresh.nodeName) return node.replaceWith(fresh);
  if (node.nodeType === Node.TEXT_NODE && node.data !== fresh.data) node.data = fresh.data;
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  for (const { name, value } of fresh.attributes) {
    if (name !== "open" && node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
  for (const { name } of [...node.attributes]) {
    if (name !== "open" && !fresh.hasAttribute(name)) node.removeAttribute(name);
  }
  const children = [...fresh.childNodes];
  while (node.childNodes.length > children.length) node.lastChild.remove();
  children.forEach((child, place) => {
    if (node.childNodes[place]) follow(node.childNodes[place], child);
    else node.append(child);
  });
}

const line = document.getElementById("live");
const said = line.querySelector("span");
const status = line.querySelector("[role=status]");
const button = line.querySelector("button");
const figures = (page) => page.getElementById("figures").textContent;

let known = figures(document);
let tag = null;
let pause = EVERY;
let timer = 0;
let until = 0;
let asked = Date.now();

function wait() {
  clearTimeout(timer);
  timer = setTimeout(look, pause * (0.8 + 0.4 * Math.random())); // not all at once
}

function go() {
  until = Date.now() + ATTENTION;
  said.textContent = said.dataset.on;
  button.textContent = button.dataset.pause;
  wait();
}

function stop() {
  clearTimeout(timer);
  timer = 0;
  said.textContent = said.dataset.off;
  button.textContent = button.dataset.go;
}

/** There is nothing more to come: the figures are no longer live, or no longer shown. */
function end() {
  stop();
  button.remove();
  said.textContent = "";
  status.textContent = status.dataset.ended;
}

/** The answer with its whole text; null when it didn't come. */
async function fetched() {
  try {
    // "no-cache" asks with the tag of what the browser has, and mostly gets a 304.
    const answer = await fetch(location.href, { cache: "no-cache" });
    const { ok, status, headers } = answer;
    return { ok, status, tag: headers.get("ETag"), text: await answer.text() };
  } catch {
    return null;
  }
}

async function look() {
  if (document.hidden) return; // goes on when the reader is back
  if (Date.now() > until) return stop();
  asked = Date.now();
  const answer = await fetched();
  if (!timer) return; // paused meanwhile
  if (GONE.includes(answer?.status)) return end();
  pause = answer?.ok ? EVERY : Math.min(pause * 2, LONGEST);
  if (answer?.ok && (!tag || answer.tag !== tag)) {
    tag = answer.tag;
    show(new DOMParser().parseFromString(answer.text, "text/html"));
  }
  if (timer) wait();
}

function show(page) {
  const fresh = page.getElementById("live");
  if (!page.getElementById("figures")) return;
  const now = figures(page);
  const parts = page.querySelectorAll("[data-live]");
  document.querySelectorAll("[data-live]").forEach((part, place) => follow(part, parts[place]));
  if (!fresh) return end();
  if (now !== known) status.textContent = fresh.dataset.updated;
  known = now;
}

button.addEventListener("click", () => (timer ? stop() : go()));
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !timer) return;
  go();
  if (Date.now() - asked > EVERY) look();
});
line.hidden = false;
go();
