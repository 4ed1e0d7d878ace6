// A draft of the form, kept on this device until the receipt acknowledges the answer (receipt.js).

const KEPT = 30 * 24 * 3600 * 1000;
// What a reader enters: neither the hidden fields nor the trap.
const ENTERED = /^(item-|consent_)/;

function reachable() {
  try {
    return localStorage;
  } catch {
    return null; // This browser keeps nothing: then there is no draft.
  }
}

const storage = reachable();

/** What is kept at a place as `{at, values: [[name, value], …]}`; null where it is old or damaged. */
function read(place) {
  try {
    const draft = JSON.parse(storage.getItem(place));
    const isYoung = draft.at > Date.now() - KEPT;
    return isYoung && Array.isArray(draft.values) ? draft : null;
  } catch {
    return null;
  }
}

/** Write a draft as a whole, so that of two tabs the last one counts. */
function write(place, values) {
  try {
    if (values.length) storage.setItem(place, JSON.stringify({ at: Date.now(), values }));
    else storage.removeItem(place);
  } catch {
    // It is full, or closed to us.
  }
}

/** Forget the drafts of all surveys that nobody came back to. */
function forgetOld() {
  const drafts = Object.keys(storage).filter((place) => place.startsWith("draft:"));
  drafts.filter((place) => !read(place)).forEach((place) => storage.removeItem(place));
}

const fieldsOf = (form) => [...form.elements].filter((field) => ENTERED.test(field.name));

/** Put values into the form, and into no field what isn't among them. */
function fill(form, values) {
  for (const field of fieldsOf(form)) {
    const given = values.filter(([name]) => name === field.name).map(([, value]) => value);
    const isChoice = field.type === "radio" || field.type === "checkbox";
    if (isChoice) field.checked = given.includes(field.value);
    else field.value = given[0] ?? "";
    const folded = field.closest("details");
    if (folded && given.length) folded.open = true;
    if (!isChoice) field.dispatchEvent(new Event("input")); // for the counter
  }
}

/** What is entered, as names and values. */
function entered(form) {
  return [...new FormData(form)].filter(([name, value]) => ENTERED.test(name) && value);
}

/** Bring back a draft, beneath what was entered before we came. */
function restore(form, draft, notice, day) {
  const newer = entered(form);
  const names = new Set(newer.map(([name]) => name));
  fill(form, [...draft.values.filter(([name]) => !names.has(name)), ...newer]);
  notice.querySelector("b").textContent = day(draft.at);
  notice.hidden = false;
}

/**
 * Bring back what was kept, and keep what is entered from now on.
 *
 * `restores`: the page was opened with a draft. One that came from another tab since then is not put
 * into the form while the reader is at it. `day` writes a moment as a date.
 */
export function keepDraft(form, restores, day) {
  if (!storage) return;
  forgetOld();
  const place = `draft:${form.dataset.survey}`;
  const notice = document.getElementById("draft");
  const line = document.getElementById("keeping");

  const show = () => (line.hidden = !read(place));
  const save = () => {
    write(place, entered(form));
    show();
  };
  const discard = () => {
    write(place, []);
    fill(form, []);
    fieldsOf(form).forEach((field) => field.closest("details")?.removeAttribute("open"));
    form.dispatchEvent(new Event("reset")); // nothing of it is to be sent any more (sending.js)
    show();
    // To where the form begins: it is read aloud there, and the next step is the first question.
    notice.textContent = notice.dataset.discarded;
    notice.hidden = false;
    notice.focus();
  };

  // A page that came back with its mistakes has the newer values.
  const draft = restores && !document.getElementById("errors") ? read(place) : null;
  const hasNewer = entered(form).length > 0;
  if (draft) restore(form, draft, notice, day);
  if (hasNewer) save();
  show();
  [notice, line].forEach((told) => told.querySelector("button").addEventListener("click", discard));
  addEventListener("input", ({ target }) => {
    if (target.form === form && ENTERED.test(target.name)) save();
  });
  // Sent meanwhile, or discarded in another tab.
  addEventListener("pageshow", show);
  addEventListener("storage", show);
}
