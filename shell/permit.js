// What a till checks of a cashier's permit without the server: the server's signature under it (ES256) and the PIN
// (PBKDF2). Both by WebCrypto, which computes beside the page, so that nothing stands still meanwhile; browsers give it
// only to pages over HTTPS and of localhost.
//
// Nothing here throws: null says that it is not so, or could not be found out.
export const cryptoThere = () => Boolean(globalThis.crypto?.subtle);

// Strict (RFC 4648 section 5, no padding): null for anything else, so that each signature has one form only.
export function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
  const plain = text.replace(/-/g, "+").replace(/_/g, "/");
  const bytes = Uint8Array.from(atob(plain + "=".repeat((4 - plain.length % 4) % 4)), (c) => c.charCodeAt(0));
  const again = btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  return again === text ? bytes : null;
}

// The bytes of the payload of a compact JWS that this key (SPKI as base64url) signed with ES256. What else the header
// says of algorithm or key is not followed.
export async function verify(key, jws) {
  try {
    const parts = jws.split(".");
    if (parts.length !== 3) return null;
    const [head, payload, signature] = parts.map(fromBase64url);
    const spki = fromBase64url(key);
    if (!head || !payload || signature?.length !== 64 || !spki) return null;
    const { alg, crit } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(head));
    if (alg !== "ES256" || crit !== undefined) return null;
    const own = await crypto.subtle.importKey("spki", spki, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    const signed = new TextEncoder().encode(parts[0] + "." + parts[1]);
    const right = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, own, signature, signed);
    return right ? payload : null;
  } catch {
    return null;
  }
}

// PBKDF2-HMAC-SHA-256, 32 bytes.
export async function derive(password, salt, iterations) {
  try {
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    return new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, 256));
  } catch {
    return null;
  }
}
