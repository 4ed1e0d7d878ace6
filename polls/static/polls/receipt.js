// The receipt's page: forget the key of an answer that is stored, and open a link's receipt.

const ticket = document.querySelector("[data-stored]");
if (ticket) {
  try {
    localStorage.removeItem(`client-key:${ticket.dataset.stored}`);
  } catch {
    // A device that keeps nothing has nothing to forget.
  }
}

// The link carries the code behind "#", which no browser sends: post it, and leave no trace of it
// in the history.
const code = decodeURIComponent(location.hash.slice(1));
const opening = document.getElementById("open-receipt");
if (code) {
  history.replaceState(null, "", location.pathname + location.search);
  if (opening) {
    opening.elements.namedItem("code").value = code;
    opening.submit();
  }
}
