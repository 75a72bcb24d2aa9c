// The till's entry: names the files of this module, which the build gives content-hashed addresses.
import create from "@{till.js}";
import { run } from "@{host.js}";

run({
  create,
  wasm: "@{till.wasm}",
  fonts: ["@{inter-regular.ttf}", "@{inter-semibold.ttf}", "@{icons.ttf}"],
});
