// A strip above till and console that came over plain HTTP, where the browser gives a page no camera, no service worker
// and no storage to rely on: it says so, and leads to HTTPS. Not part of the first load: a page over HTTPS never asks
// for it.
export async function warn() {
  const strip = document.createElement("aside");
  strip.id = "plain";
  strip.setAttribute("aria-label", "Connection");
  const words = document.createElement("p");
  words.textContent = "This page came over plain HTTP: no camera, no work without network, and the browser may drop " +
    "stored sales. ";
  const dismiss = document.createElement("button");
  dismiss.textContent = "Dismiss";
  dismiss.addEventListener("click", () => {
    strip.remove();
    window.dispatchEvent(new Event("resize"));
  });
  strip.append(words, dismiss);
  document.body.prepend(strip);
  window.dispatchEvent(new Event("resize"));

  const link = (href, text) => {
    const a = document.createElement("a");
    a.href = href;
    a.textContent = text;
    return a;
  };
  try {
    const { origin, local_authority: local } = await (await fetch("/trust/https")).json();
    if (origin) words.append("Open it at ", link(origin + location.pathname + location.hash, origin), ". ");
    if (origin && local) words.append(link("/trust", "Trust this shop first"), ", once on each device.");
    if (!origin) words.append("Ask whoever runs the server for its https address.");
  } catch {
    words.append("Ask whoever runs the server for its https address.");
  }
  window.dispatchEvent(new Event("resize"));
}
