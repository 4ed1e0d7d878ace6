// The composer's rows of statements and questions: added, moved by mouse, finger or key, removed.
// What a row is called and where it stands is in its fields; the server needs nothing else.

const form = document.getElementById("compose");
const said = form.querySelector("[data-said]");
const ready = JSON.parse(document.getElementById("ready").textContent);

const lists = [...form.querySelectorAll("[data-rows]")];
const rowsOf = (list) => [...list.children];
const keptIn = (list) => rowsOf(list).filter((row) => !isGone(row));
const field = (row, name) => row.querySelector(`[name="${row.id}-${name}"]`);
const list = (name) => form.querySelector(`[data-rows="${name}"]`);

/** A statement that is removed takes along the questions about it, and brings them back. */
function goesAlong(row) {
  const about = field(row, "about")?.value;
  return Boolean(about) && "removed" in (document.getElementById(`statements-${about}`)?.dataset ?? {});
}

const isGone = (row) => "removed" in row.dataset || goesAlong(row);

function say(words) {
  said.textContent = "";
  setTimeout(() => (said.textContent = words), 50);
}

function changed() {
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Numbers, headlines and the statements that a question may be about, as the fields say. */
function refresh() {
  for (const each of lists) {
    let number = 0;
    rowsOf(each).forEach((row, place) => {
      const gone = isGone(row);
      row.toggleAttribute("data-goes", goesAlong(row));
      field(row, "ORDER").value = place + 1;
      row.querySelector(".no").textContent = gone ? "–" : ++number;
      row.dataset.number = gone ? "" : number;
    });
  }
  offerStatements();
  for (const row of lists.flatMap(rowsOf)) headline(row);
}

/** Cut between two words, and seen to be cut; the server does the same. */
function short(words, most) {
  if (words.length <= most) return words;
  const cut = words.slice(0, most - 1);
  const end = cut.lastIndexOf(" ");
  return `${end > 0 ? cut.slice(0, end) : cut}…`;
}

function headline(row) {
  const gist = row.querySelector(".gist");
  const words = (field(row, "text") ?? field(row, "wording")).value.replaceAll("\n", " ").trim();
  gist.textContent = short(words, 110) || gist.dataset.none;
  row.querySelector(".more").textContent = moreOf(row);
  for (const of of row.querySelectorAll(".of")) of.textContent = `${row.dataset.number}. ${short(words, 60)}`;
}

function moreOf(row) {
  if (field(row, "speaker")) return field(row, "speaker").value;
  const about = field(row, "about");
  const told = about.selectedIndex > 0 ? about.selectedOptions[0].textContent : "";
  return [field(row, "kind").selectedOptions[0].textContent, short(told, 50)].filter(Boolean).join(" · ");
}

function offerStatements() {
  const statements = list("statements");
  if (!statements) return;
  const options = rowsOf(statements).map((row) => {
    const words = field(row, "text").value.replaceAll("\n", " ").trim();
    return { value: row.id.split("-").pop(), words: short(`${row.dataset.number || "–"}. ${words}`, 60), gone: isGone(row) };
  });
  for (const about of form.querySelectorAll('select[name$="-about"]')) {
    const chosen = about.value;
    const offered = options.filter(({ value, gone }) => !gone || value === chosen);
    about.replaceChildren(about.options[0], ...offered.map(({ words, value }) => new Option(words, value)));
    about.value = chosen;
  }
}

/** A new row with these values, opened; `before` says which row comes after it. */
function add(name, values = {}, before = null) {
  const total = form.querySelector(`[name="${name}-TOTAL_FORMS"]`);
  const made = document.getElementById(`new-${name}`).content.firstElementChild.cloneNode(true);
  for (const node of [made, ...made.querySelectorAll("*")]) {
    for (const attribute of node.attributes) {
      attribute.value = attribute.value.replaceAll("__prefix__", total.value);
    }
  }
  total.value = Number(total.value) + 1;
  delete made.dataset.blank;
  made.querySelector("details").open = false;
  list(name).insertBefore(made, before);
  refresh();
  for (const [key, value] of Object.entries(values)) {
    const control = field(made, key);
    if (control?.type === "checkbox") control.checked = value;
    else if (control) control.value = value;
  }
  refresh();
  changed();
  return made;
}

function focusOn(control) {
  control.closest(".row > details").open = true;
  control.focus();
  const dots = control.value?.indexOf?.("…") ?? -1;
  if (dots >= 0 && control.setSelectionRange) control.setSelectionRange(dots, dots + 1);
}

/** What a ready-made question fills a row with. */
function valuesOf(made, about = "") {
  const { kind, wording, apart, aspect, required, profile } = made;
  const key = made.key && !taken(made.key) ? made.key : "";
  return { kind, wording, apart, aspect, required, profile, key, about, choices: made.labels.join("\n") };
}

const questions = () => keptIn(list("questions"));
const taken = (key) => questions().some((row) => field(row, "key").value === key);

function readyMade() {
  const language = form.querySelector('[name="article-language"]')?.value ?? form.dataset.language;
  return ready[language] ?? Object.values(ready)[0];
}

/** The rows that a ready-made question is still to be asked in: once, or once a statement. */
function missing(made) {
  const same = (about) => (row) => field(row, "about").value === about && field(row, "aspect").value === made.aspect;
  if (!made.each) {
    const one = made.aspect ? same("") : (row) => field(row, "kind").value === made.kind;
    return questions().some(one) ? [] : [valuesOf(made)];
  }
  const asked = keptIn(list("statements") ?? document.createElement("ol"));
  return asked
    .filter((row) => made.each === "statement" || field(row, "kind").value === "claim")
    .map((row) => row.id.split("-").pop())
    .filter((about) => !questions().some(same(about)))
    .map((about) => valuesOf(made, about));
}

/** New questions come before the free text, which closes the form. */
function place() {
  return questions().find((row) => field(row, "kind").value === "text") ?? null;
}

function addReady(made) {
  const wanted = made.each ? missing(made) : [valuesOf(made)];
  const rows = wanted.map((values) => add("questions", values, values.kind === "text" ? null : place()));
  const last = rows.at(-1);
  if (!last) return;
  if (made.each) last.querySelector("summary").focus();
  else focusOn(field(last, "wording"));
  say(form.dataset.sayAdded.replace("{place}", last.dataset.number));
}

function addStandard(button) {
  let last = null;
  for (const made of readyMade().filter((one) => one.standard)) {
    for (const values of missing(made)) last = add("questions", values, values.kind === "text" ? null : place());
  }
  if (last) say(form.dataset.sayAdded.replace("{place}", last.dataset.number));
  button.focus();
}

function move(row, step) {
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (other) row.parentElement.insertBefore(row, step < 0 ? other : other.nextElementSibling);
  settled(row);
}

function settled(row) {
  refresh();
  changed();
  const kept = keptIn(row.parentElement);
  say(form.dataset.sayPlace.replace("{place}", kept.indexOf(row) + 1).replace("{of}", kept.length));
}

let inText = [];

/** The statements' rows in the order in which the preview has them; offered where it is another.
 * One that is a whole paragraph has no mark of its own; one that isn't found stands below the text. */
function lookAtOrder() {
  const page = document.getElementById("preview").contentDocument;
  const rows = keptIn(list("statements"));
  const placed = rows.flatMap((row) => {
    const { number } = row.dataset;
    const at = page.getElementById(`passage-${number}`) ?? page.getElementById(`statement-${number}`);
    return at ? [{ row, at }] : [];
  });
  placed.sort((one, other) => (one.at.compareDocumentPosition(other.at) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  inText = placed.map(({ row }) => row);
  const now = rows.filter((row) => inText.includes(row));
  form.querySelector("[data-in-order]").hidden = inText.every((row, place) => row === now[place]);
}

function putInOrder(button) {
  list("statements").prepend(...inText);
  settled(inText[0]);
  inText[0].querySelector("summary").focus();
  button.hidden = true;
}

function remove(row) {
  const gone = !("removed" in row.dataset);
  row.toggleAttribute("data-removed", gone);
  field(row, "DELETE").checked = gone;
  if (gone) row.querySelector("details").open = false;
  refresh();
  changed();
}

/** By the grip: the row follows the pointer between its neighbours, and stays where it is let go. */
function drag(event) {
  const row = event.target.closest(".row");
  if (!event.target.matches("[data-grip]") || !row || event.button) return;
  event.preventDefault();
  const grip = event.target;
  grip.setPointerCapture(event.pointerId);
  row.classList.add("dragged");
  const over = (pointer) => {
    const others = rowsOf(row.parentElement).filter((other) => other !== row);
    const next = others.find((other) => {
      const box = other.querySelector("summary").getBoundingClientRect();
      return pointer.clientY < box.top + box.height / 2;
    });
    if (row.nextElementSibling !== (next ?? null)) row.parentElement.insertBefore(row, next ?? null);
  };
  const drop = () => {
    grip.removeEventListener("pointermove", over);
    row.classList.remove("dragged");
    settled(row);
  };
  grip.addEventListener("pointermove", over);
  grip.addEventListener("lostpointercapture", drop, { once: true });
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const row = button?.closest(".row");
  if (button?.dataset.move) {
    move(row, Number(button.dataset.move));
    button.focus();
  } else if (button && "remove" in button.dataset) remove(row);
  else if (button?.dataset.add) {
    focusOn(add(button.dataset.add).querySelector("textarea"));
  } else if (button?.dataset.ready) {
    button.closest("details").open = false;
    addReady(readyMade()[[...form.querySelectorAll("[data-ready]")].indexOf(button)]);
  } else if (button && "standard" in button.dataset) addStandard(button);
  else if (button && "inOrder" in button.dataset) putInOrder(button);
});
form.addEventListener("pointerdown", drag);
form.addEventListener("change", refresh);
form.addEventListener("input", (event) => {
  const row = event.target.closest(".row");
  if (row) headline(row);
});
form.addEventListener("compose:statement", (event) => {
  const last = keptIn(list("statements")).at(-1);
  const from = ["speaker", "said_on", "source_name", "source_url"];
  const known = last ? Object.fromEntries(from.map((name) => [name, field(last, name).value])) : {};
  const row = add("statements", { ...known, ...event.detail });
  focusOn(field(row, "speaker"));
  row.scrollIntoView({ block: "center" });
  say(form.dataset.sayAdded.replace("{place}", row.dataset.number));
});

if (list("statements")) form.addEventListener("compose:shown", lookAtOrder);

// Rows to type into are for those without a script.
for (const row of form.querySelectorAll("[data-blank]")) row.remove();
refresh();
