// Sends the form, and again when it doesn't get through: with the same key, so that it counts once.

const WAITS = [2, 5, 10, 30, 60]; // seconds
const PATIENCE = 30_000; // milliseconds that an answer may take
const PASSING = [502, 503, 504];

/** Whether we were led to the receipt: only then is it stored. (A café's network redirects, too.) */
function isStored(form, answer) {
  return answer.ok && answer.redirected && new URL(answer.url).pathname === form.dataset.receipt;
}

/** The function that sends the form. What it can't judge is sent in the browser's own way. */
export function sender(form) {
  const button = form.querySelector(".send button");
  const status = document.getElementById("sending");
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const label = button.textContent;
  let underway = false;
  let failures = 0;
  let timer = 0;

  // Not disabled, or the keyboard would lose its place.
  function say(text, isUnderway) {
    underway = isUnderway;
    button.textContent = text;
    button.setAttribute("aria-disabled", isUnderway);
  }

  async function send() {
    if (underway) return;
    clearTimeout(timer);
    timer = 0;
    say(status.dataset.underway, true);
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      signal: AbortSignal.timeout?.(PATIENCE),
    }).catch(() => null);
    if (!answer || PASSING.includes(answer.status)) later(answer);
    else if (isStored(form, answer)) location.assign(answer.url);
    else form.submit(); // Nothing was stored: the page that says why.
  }

  function later(answer) {
    const asked = Number(answer?.headers.get("Retry-After")) || 0;
    const next = WAITS[Math.min(failures++, WAITS.length - 1)];
    const seconds = Math.min(Math.max(asked, next), WAITS.at(-1));
    status.textContent = status.dataset.waits.replace("{seconds}", number.format(seconds));
    say(status.dataset.again, false);
    // Some milliseconds apart, since many lost their connection at once.
    timer = setTimeout(send, seconds * 1000 + Math.random() * 1000);
  }

  function rest() {
    clearTimeout(timer);
    timer = failures = 0;
    status.textContent = "";
    say(label, false);
  }

  addEventListener("online", () => timer && send());
  addEventListener("pageshow", ({ persisted }) => persisted && rest());
  form.addEventListener("reset", rest);
  return send;
}
