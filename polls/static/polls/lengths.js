// Counts what is typed where there is a limit, near it and beyond. Nothing is cut off.

const NEAR = 0.8;

function count(field) {
  const most = Number(field.dataset.most);
  const { length } = [...field.value];
  let line = field.nextElementSibling;
  if (!line?.matches(".length")) {
    if (length < NEAR * most) return;
    line = document.createElement("p");
    line.className = "length";
    line.setAttribute("role", "status");
    field.after(line);
  }
  line.hidden = length < NEAR * most;
  line.classList.toggle("over", length > most);
  const told = length > most ? field.dataset.tooLong : "{count} / {most}";
  line.textContent = told.replace("{count}", length).replace("{most}", most);
}

document.addEventListener("input", ({ target }) => {
  if (target.dataset?.most) count(target);
});
for (const field of document.querySelectorAll("[data-most]")) count(field);
