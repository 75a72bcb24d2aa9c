// The shell's modules under node: what the build writes for @{name.js} is done here with data: addresses.
import { readFileSync } from "node:fs";

const folder = new URL("../../shell/", import.meta.url);
const address = (name) => {
  const text = readFileSync(new URL(name, folder), "utf8").replace(/@\{([^}]+)\}/g, (_, other) => address(other));
  return "data:text/javascript;base64," + Buffer.from(text).toString("base64");
};

export const load = (name) => import(address(name));
