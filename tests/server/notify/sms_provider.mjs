// Twilio or AWS SNS for tests: an HTTP server that judges each request by the provider's own SDK.
//
//   node sms_provider.mjs twilio SID TOKEN FROM [STATUS BODY]…      node sms_provider.mjs sns KEY SECRET REGION [STATUS BODY]…
//
// STATUS and BODY are what it answers, one after the other; "drop" as a status cuts the connection; after that all goes
// well. Prints its port, then a line of JSON per request: {to, text, faults: […]}; until standard input ends. `faults`
// names each difference to what the SDK would have sent.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";

const deps = readFileSync("build/deps.cmake", "utf8");
const packages = createRequire(path.join(/RINGUP_NODE_MODULES "([^"]+)"/.exec(deps)[1], "x.js"));
const [kind, user, password, place, ...rest] = process.argv.slice(2);
const answers = [];
for (let i = 0; i + 1 < rest.length; i += 2) answers.push([rest[i], rest[i + 1]]);

const sorted = (params) => JSON.stringify([...new URLSearchParams(params)].sort());
const differs = (what, ours, theirs) => ours === theirs ? [] : [`${what}: ${ours} instead of ${theirs}`];

// What Twilio's SDK hands to its HTTP client for the same message.
async function byTwilio(request, body) {
  const given = Object.fromEntries(new URLSearchParams(body));
  let sent = null;
  const client = packages("twilio")(user, password, { httpClient: { request: async (options) => {
    sent = options;
    return { statusCode: 201, body: { sid: "SM1" } };
  } } });
  await client.messages.create({ to: given.To, from: given.From, body: given.Body });
  const login = "Basic " + Buffer.from(`${sent.username ?? user}:${sent.password ?? password}`).toString("base64");
  const authorization = sent.headers?.Authorization ?? sent.headers?.authorization ?? login;
  return { to: given.To, text: given.Body, faults: [
    ...differs("method", request.method, sent.method.toUpperCase()),
    ...differs("path", request.url, new URL(sent.uri).pathname),
    ...differs("login", request.headers.authorization, authorization),
    ...differs("sender", given.From, place),
    ...differs("form", sorted(body), sorted(Object.entries(sent.data).map(([k, v]) => [k, String(v)]))),
    ...differs("content type", request.headers["content-type"], "application/x-www-form-urlencoded"),
  ] };
}

// The signature by AWS's own signer, for the moment and the headers that the request names.
async function bySns(request, body) {
  const { SignatureV4 } = packages("@smithy/signature-v4");
  const { Sha256 } = packages("@aws-crypto/sha256-js");
  const given = Object.fromEntries(new URLSearchParams(body));
  const [, scope, names, signature] = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
    .exec(request.headers.authorization) ?? [];
  if (!signature) return { faults: [`authorization: ${request.headers.authorization}`] };
  const stamp = request.headers["x-amz-date"];
  const date = new Date(stamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  const headers = Object.fromEntries(names.split(";").map((name) => [name, request.headers[name]]));
  const signer = new SignatureV4({ service: "sns", region: place, sha256: Sha256, applyChecksum: false,
    credentials: { accessKeyId: user, secretAccessKey: password } });
  const url = new URL(request.url, "http://x");
  const signed = await signer.sign({ method: request.method, protocol: "http:", hostname: request.headers.host,
    path: url.pathname, query: Object.fromEntries(url.searchParams), headers, body },
  { signingDate: date, signableHeaders: new Set(Object.keys(headers)), unsignableHeaders: new Set() });
  const theirs = /Signature=([0-9a-f]{64})/.exec(signed.headers.authorization)[1];
  const theirNames = /SignedHeaders=([^,]+)/.exec(signed.headers.authorization)[1];
  const day = stamp.slice(0, 8);
  return { to: given.PhoneNumber, text: given.Message, faults: [
    ...differs("signed headers", names, theirNames),
    ...differs("signature", signature, theirs),
    ...differs("scope", scope, `${user}/${day}/${place}/sns/aws4_request`),
    ...differs("age", Math.abs(Date.now() - date) < 300_000, true),
    ...differs("host is signed", names.split(";").includes("host"), true),
    ...differs("action", given.Action, "Publish"),
    ...differs("version", given.Version, "2010-03-31"),
    ...differs("kind", given["MessageAttributes.entry.1.Value.StringValue"], "Transactional"),
    ...differs("members", Object.keys(given).sort().join(), ["Action", "Message", "MessageAttributes.entry.1.Name",
      "MessageAttributes.entry.1.Value.DataType", "MessageAttributes.entry.1.Value.StringValue", "PhoneNumber",
      "Version"].join()),
    ...differs("content type", request.headers["content-type"], "application/x-www-form-urlencoded"),
  ] };
}

const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  let seen;
  try {
    seen = await (kind === "twilio" ? byTwilio : bySns)(request, body);
  } catch (error) {
    seen = { faults: [String(error.stack)] };
  }
  console.log(JSON.stringify(seen));
  const [status, text] = answers.shift() ?? (kind === "twilio" ? ["201", '{"sid":"SM123","status":"queued"}']
    : ["200", "<PublishResponse><PublishResult><MessageId>94f20ce6</MessageId></PublishResult></PublishResponse>"]);
  if (status === "drop") {
    request.socket.destroy();
    return;
  }
  const wait = /^(\d+)\/(\d+)$/.exec(status);  // with Retry-After
  response.writeHead(Number(wait ? wait[1] : status), wait ? { "Retry-After": wait[2] } : {}).end(text);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
