// The console's entry: names the files of this module, which the build gives content-hashed addresses. Any number of
// tabs may be open: each asks the server, and what two of them change is told apart there.
import create from "@{console.js}";
import { run } from "@{host.js}";

run({
  create,
  wasm: "@{console.wasm}",
  fonts: ["@{inter-regular.ttf}", "@{inter-semibold.ttf}", "@{icons.ttf}"],
  what: "console",
});

if (!window.isSecureContext) import("@{later:plain.js}").then(({ warn }) => warn());
