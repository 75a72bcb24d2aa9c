// The till's entry: names the files of this module, which the build gives content-hashed addresses, and lets only one
// tab of this browser be the till. Two that write one journal would number receipts twice; the second one waits, and
// takes over when the first is closed. navigator.locks is missing without HTTPS (but on the same machine): then the
// server's journal still tells such a fork and gives the till a new epoch.
import create from "@{till.js}";
import { run } from "@{host.js}";
import { keeper } from "@{offline.js}";

const open = () => run({
  create,
  wasm: "@{till.wasm}",
  fonts: ["@{inter-regular.ttf}", "@{inter-semibold.ttf}", "@{icons.ttf}"],
  keeper: keeper(new URL(import.meta.url).pathname),
});

if (!navigator.locks) {
  open();
} else {
  const line = document.getElementById("wait");
  const words = line.textContent;
  const held = () => {
    line.textContent = words;
    open();
    return new Promise(() => {});  // until this tab is closed
  };
  navigator.locks.request("ringup till", { ifAvailable: true }, (lock) => {
    if (lock) return held();
    line.textContent = "The till is open in another tab. Close that one to go on here.";
    navigator.locks.request("ringup till", held);
  });
}

if (!window.isSecureContext) import("@{later:plain.js}").then(({ warn }) => warn());
