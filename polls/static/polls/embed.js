// For the page of another site: gives each of our frames in it the height that it says it has.
// Without this script a frame keeps the height of its tag and scrolls.
(() => {
  const ours = new URL(document.currentScript.src).origin;

  const frames = () =>
    [...document.querySelectorAll("iframe")].filter((frame) => {
      try {
        return new URL(frame.src).origin === ours;
      } catch {
        return false;
      }
    });

  addEventListener("message", (event) => {
    const { type, height, moved } = event.data ?? {};
    if (event.origin !== ours || type !== "survey-height") return;
    if (!Number.isFinite(height) || height <= 0) return;
    const frame = frames().find((one) => one.contentWindow === event.source);
    if (!frame) return;
    frame.style.height = `${height}px`;
    if (moved && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
  });

  // Those that were there before this script; the question says nothing to whoever hears it.
  for (const frame of frames()) frame.contentWindow?.postMessage({ type: "survey-height?" }, "*");
})();
