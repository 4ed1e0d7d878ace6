// The list of prepared files looks after itself while one of them is under way. Without this script
// the page shows the same when it is loaded again.

const list = document.querySelector("[data-list]");
const PAUSE = 1500; // ms

async function look() {
  if (!list.querySelector("[data-under-way]")) return;
  try {
    const answer = await fetch(list.dataset.list, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) show(await answer.text());
  } catch {
    // The network is away for a moment; the next look may find it.
  }
  setTimeout(look, PAUSE);
}

/** Put the new list in place, and the hand back on the button that it was on. */
function show(html) {
  if (html === list.dataset.shown) return;
  list.dataset.shown = html;
  const held = document.activeElement?.getAttribute("formaction");
  list.innerHTML = html;
  if (held) list.querySelector(`[formaction="${held}"]`)?.focus();
}

if (list) setTimeout(look, PAUSE);
