// A page in a frame on another site: tells the page around it how high it is.

// To "*": what is said is a height, and only the survey's own sites can frame the page at all.
function tell(moved = false) {
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  parent.postMessage({ type: "survey-height", height, moved }, "*");
}

if (parent !== window) {
  // Whether the reader came here from another page in this frame, by sending the form, say: the
  // host then brings the frame's top into view, which may be far above.
  const moved = document.referrer.startsWith(`${location.origin}/`);
  tell(moved);
  new ResizeObserver(() => tell()).observe(document.documentElement);
  // The host's script may come after us, and asks.
  addEventListener("message", (event) => {
    if (event.source === parent && event.data?.type === "survey-height?") tell();
  });
  // A link within the page scrolls nothing, where all of the page is shown: to focus what it leads
  // to scrolls the host as well.
  addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const place = link && document.getElementById(link.hash.slice(1));
    if (!place) return;
    if (place.tabIndex < 0) place.tabIndex = -1;
    requestAnimationFrame(() => place.focus());
  });
  // Browsers ignore autofocus in a frame of another site.
  if (moved) document.getElementById("errors")?.focus({ preventScroll: true });
}
