// Other people's search over the same 100,000 products and the same queries as bench/search.cpp: time to an index, time
// per keystroke, memory, and how often the wanted product is among the first five. Each as its documentation sets it up
// for finding products as one types, with typing errors where it can.
//
//   node search.cjs flexsearch|minisearch|fuse PRODUCTS.csv QUERIES.tsv      node with --expose-gc, for the memory
//
// A keystroke counts processor time, as ours does. The slower ones get a share of the keystrokes, evenly picked.
const { readFileSync } = require("node:fs");
const [library, productsPath, queriesPath] = process.argv.slice(2);

function readCsv(text) {
  const rows = [];
  let row = [], field = "", quoted = false;
  for (let i = 0; i < text.length; ++i) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ",") row.push(field), field = "";
    else if (c === "\n") row.push(field), rows.push(row), row = [], field = "";
    else if (c !== "\r") field += c;
  }
  if (field || row.length) row.push(field), rows.push(row);
  return rows;
}

const [header, ...rows] = readCsv(readFileSync(productsPath, "utf8"));
const at = (name) => header.indexOf(name);
const products = rows.map((row, id) => ({ id, sku: row[at("sku")], name: row[at("name")] }));
const queries = readFileSync(queriesPath, "utf8").trim().split("\n").map((line) => {
  const [kind, text, wanted] = line.split("\t");
  return { kind, text, wanted };
});

// → {search(text) → names, every: of how many keystrokes one is measured}
const makers = {
  minisearch() {
    const MiniSearch = require("minisearch");
    const fold = (term) => term.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
    const index = new MiniSearch({ fields: ["name", "sku"], storeFields: ["name"], processTerm: fold });
    index.addAll(products);
    const options = { prefix: true, fuzzy: 0.2, combineWith: "AND" };
    return { every: 10, search: (text) => index.search(text, options).slice(0, 20).map((hit) => hit.name) };
  },
  flexsearch() {
    const { Index, Charset } = require("flexsearch");
    const index = new Index({ tokenize: "forward", encoder: Charset.LatinBalance });
    for (const product of products) index.add(product.id, product.name + " " + product.sku);
    return { every: 1, search: (text) => index.search(text, { limit: 20, suggest: true }).map((id) => products[id].name) };
  },
  fuse() {
    const Fuse = require("fuse.js").default ?? require("fuse.js");
    const fuse = new Fuse(products, { keys: ["name", "sku"], ignoreDiacritics: true });
    return { every: 400, search: (text) => fuse.search(text, { limit: 20 }).map((hit) => hit.item.name) };
  },
};

const cpu = () => {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1000;
};
const memory = () => {
  globalThis.gc?.();
  const used = process.memoryUsage();
  return used.heapUsed + used.external;
};
const before = memory();
const begun = cpu();
const { search, every } = makers[library]();
const ready = cpu() - begun;
const held = memory() - before;

const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").trim();
const asked = library === "fuse" ? queries.filter((_, i) => i % 17 === 0) : queries;
const found = asked.filter(({ text, wanted }) => search(text).slice(0, 5).some((name) => fold(name) === fold(wanted)));

const keys = [];
for (const { text } of queries) {
  const letters = [...text];
  for (let length = 1; length <= letters.length; ++length) keys.push(letters.slice(0, length).join(""));
}
const times = keys.filter((_, i) => i % every === 0).map((key) => {
  const start = cpu();
  search(key);
  return cpu() - start;
}).sort((a, b) => a - b);
const figures = {
  ready_ms: ready, memory_mb: held / 1e6, quality_percent: (100 * found.length) / asked.length,
  key_p50_ms: times[(times.length - 1) >> 1], key_p99_ms: times[Math.floor((times.length - 1) * 0.99)],
};
for (const [name, value] of Object.entries(figures)) {
  console.log(JSON.stringify({ figure: `search.${library}.${name}`, value: Number(value.toPrecision(6)) }));
}
console.log(`${library}: ${products.length} products, ${asked.length} queries, ${times.length} keystrokes`);
