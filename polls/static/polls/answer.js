// Helps with the form of an article; everything works without it.

const form = document.getElementById("response-form");

/** A random UUID, also where the page isn't served over TLS. */
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

// The key says that a second try is the same submission. It stays on the device until the receipt
// acknowledges it, so that a reader whose connection broke is never counted twice.
function keepKey(field) {
  const place = `client-key:${form.dataset.survey}`;
  if (field.value) return;
  try {
    field.value = localStorage.getItem(place) ?? uuid();
    localStorage.setItem(place, field.value);
  } catch {
    field.value = uuid();
  }
}

// The counter speaks in the language of the page, and aloud only near the limit.
function count(area) {
  const limit = Number(area.dataset.limit);
  const shown = document.createElement("p");
  shown.className = "counter";
  const aloud = document.createElement("p");
  aloud.className = "unseen";
  aloud.setAttribute("aria-live", "polite");
  area.after(shown, aloud);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const update = () => {
    const used = [...area.value.replace(/\r\n?/g, "\n").trim()].length;
    shown.textContent = `${number.format(used)} / ${number.format(limit)}`;
    shown.classList.toggle("over", used > limit);
    aloud.textContent = used > limit * 0.9 ? shown.textContent : "";
  };
  area.addEventListener("input", update);
  addEventListener("pageshow", update); // A browser that goes back fills the text in after us.
  update();
}

/** A day as our pages write it: the day before the month. */
function day(moment) {
  const { lang } = document.documentElement;
  return new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "long" }).format(moment);
}

const MINUTE = 60 * 1000;
const HALF_A_DAY = 720 * MINUTE;

// The page is the same for all and carries no stamp. It is asked for when a reader begins with the
// form, and again when the page has stood open for long; one that came back with its mistakes stays.
// Without one the answer is taken all the same.
function askForStamp(field) {
  let next = field.value ? Infinity : 0;
  const ask = async ({ target }) => {
    if (target.form !== form || target.type === "submit" || Date.now() < next) return;
    next = Date.now() + MINUTE;
    const answer = await fetch(form.dataset.stamp, { credentials: "omit" }).catch(() => null);
    if (!answer?.ok) return;
    field.value = await answer.text();
    next = Date.now() + HALF_A_DAY;
  };
  addEventListener("focusin", ask);
  addEventListener("change", ask);
}

/** Whether something was kept on this device: then it is brought back before a reader begins. */
function hasDrafts() {
  try {
    return Object.keys(localStorage).some((place) => place.startsWith("draft:"));
  } catch {
    return false;
  }
}

// What a reader needs once begun comes then: a first view stays light. The addresses come with the
// page, since they change with what is in the files; without them the form is as without script.
let send = null;
const restores = hasDrafts();

function once(task) {
  let done = null;
  return () => (done ??= task().catch(() => null));
}

const keepDraft = once(async () => {
  const { draft } = form.dataset;
  if (draft) (await import(draft)).keepDraft(form, restores, day);
});

const prepareToSend = once(async () => {
  const { sending } = form.dataset;
  if (sending) send = (await import(sending)).sender(form);
});

function begin({ target }) {
  if (target.form !== form) return;
  keepDraft();
  prepareToSend();
}

/** Tell who comes back that this device has answered (receipt.js), before everything is filled in. */
function tellAnswered() {
  const told = document.getElementById("answered");
  if (!told) return;
  try {
    const at = Number(localStorage.getItem(`answered:${form.dataset.survey}`));
    told.hidden = !at;
    if (at) told.querySelector("b").textContent = day(at);
  } catch {
    // A device that keeps nothing can't tell.
  }
}

// Nothing can be sent any more: what was kept to be sent goes.
function forgetDraft() {
  const closed = document.querySelector("[data-closed]");
  if (!closed) return;
  try {
    localStorage.removeItem(`draft:${closed.dataset.closed}`);
  } catch {
    // A device that keeps nothing has nothing to forget.
  }
}

forgetDraft();
if (form) {
  const field = form.elements.namedItem("client_key");
  if (field && form.dataset.survey) {
    keepKey(field);
    addEventListener("pageshow", () => keepKey(field));
  }
  document.querySelectorAll("textarea[data-limit]").forEach(count);
  addEventListener("pageshow", tellAnswered);
  const stamp = form.elements.namedItem("stamp");
  if (stamp && form.dataset.stamp) askForStamp(stamp);
  if (restores) begin({ target: field });
  addEventListener("focusin", begin);
  addEventListener("input", begin);
  // A page that came back with its mistakes brings along the seconds of the first try.
  const seconds = form.elements.namedItem("seconds");
  const earlier = Number(seconds?.value) || 0;
  // A second press while the first is on its way sends nothing twice.
  form.addEventListener("submit", (event) => {
    if (seconds) seconds.value = earlier + Math.round(performance.now() / 1000);
    if (send) {
      event.preventDefault();
      return send();
    }
    const button = form.querySelector("button");
    setTimeout(() => (button.disabled = true));
    addEventListener("pageshow", () => (button.disabled = false), { once: true });
  });
}
