// The receipt's page: forget what was kept of an answer that is stored, and open a link's receipt.

const ticket = document.querySelector("[data-stored]");
const withdrawn = document.querySelector("[data-withdrawn]");
try {
  if (ticket) {
    localStorage.removeItem(`client-key:${ticket.dataset.stored}`);
    localStorage.removeItem(`draft:${ticket.dataset.stored}`);
    // The article's page is the same for all: by this it can tell who has answered (answer.js).
    localStorage.setItem(`answered:${ticket.dataset.stored}`, Date.now());
  }
  if (withdrawn) localStorage.removeItem(`answered:${withdrawn.dataset.withdrawn}`);
} catch {
  // A device that keeps nothing has nothing to forget.
}

// The link carries the code behind "#", which no browser sends: post it, and leave no trace of it
// in the history.
function openFromLink() {
  const code = location.hash.slice(1);
  if (!/^[0-9A-Z-]{26,40}$/i.test(code)) return;
  history.replaceState(null, "", location.pathname + location.search);
  const form = document.getElementById("open-receipt") ?? otherReceipt();
  form.elements.namedItem("code").value = code;
  form.submit();
}

// A link that is followed while another receipt is open.
function otherReceipt() {
  const form = document.createElement("form");
  form.method = "post";
  form.action = location.pathname;
  form.hidden = true;
  form.append(Object.assign(document.createElement("input"), { name: "code" }));
  document.body.append(form);
  return form;
}

addEventListener("hashchange", openFromLink);
openFromLink();
