// Words selected in the article's text become a statement. Which words they are in the text, without
// the marks of Markdown, and what tells them apart from the same words elsewhere, the server says.

import { freshKey, stands } from "./unsaved.js";

const form = document.getElementById("compose");
const text = document.getElementById("id_article-body");
const button = form.querySelector("[data-make-statement]");
const said = form.querySelector("[data-said]");

function selects() {
  return text.selectionStart < text.selectionEnd;
}

async function ask() {
  const data = new FormData();
  const { value, selectionStart, selectionEnd } = text;
  data.set("csrfmiddlewaretoken", freshKey());
  data.set("before", value.slice(0, selectionStart));
  data.set("selected", value.slice(selectionStart, selectionEnd));
  data.set("after", value.slice(selectionEnd));
  const answer = await fetch(form.dataset.passage, { method: "POST", body: data });
  return (await answer.json()).passage;
}

async function make() {
  if (!selects()) return;
  let found = null;
  try {
    found = await ask();
  } catch {
    if (await stands()) tell(form.dataset.sayAway);
    return;
  }
  if (!found) {
    tell(form.dataset.sayWords);
    return;
  }
  tell("");
  const { exact, prefix, suffix, verbatim } = found;
  const detail = { text: exact, exact, prefix, suffix, form: verbatim ? "verbatim" : "reported" };
  form.dispatchEvent(new CustomEvent("compose:statement", { detail }));
}

function tell(words) {
  button.nextElementSibling.classList.toggle("warned", Boolean(words));
  if (words) button.nextElementSibling.textContent = words;
  said.textContent = words;
}

if (text) {
  button.addEventListener("click", make);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      make();
    }
  });
  document.addEventListener("selectionchange", () => {
    if (document.activeElement === text) button.disabled = !selects();
  });
  text.addEventListener("select", () => (button.disabled = !selects()));
}
