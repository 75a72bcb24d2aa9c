// The till's entry: names the files of this module, which the build gives content-hashed addresses. That only one tab of
// this browser is the till, and the others look on, is ledger.js's.
import create from "@{till.js}";
import { run } from "@{host.js}";
import { keeper } from "@{offline.js}";

run({
  create,
  wasm: "@{till.wasm}",
  fonts: ["@{inter-regular.ttf}", "@{inter-semibold.ttf}", "@{icons.ttf}"],
  firstBlob: "catalogue/base",
  keeper: keeper(new URL(import.meta.url).pathname),
});

if (!window.isSecureContext) import("@{later:plain.js}").then(({ warn }) => warn());
