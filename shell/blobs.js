// Large values on this device: bytes under a key, in IndexedDB. Answers bytes, or null where there are none or the
// browser refuses.
const get = 0, put = 1;
let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("ringup", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("blobs");
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opening = null; };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opening;
}

// Begins to read a value that will be asked for, while the module is still being loaded.
const begun = new Map();
export const ahead = (key) => void begun.set(key, act(get, key));

export async function blob(verb, key, data) {
  const early = begun.get(key);
  begun.delete(key);
  return verb === get && early ? early : act(verb, key, data);
}

async function act(verb, key, data) {
  try {
    const database = await open();
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction("blobs", verb === get ? "readonly" : "readwrite");
      const store = transaction.objectStore("blobs");
      const request = verb === get ? store.get(key) : verb === put ? store.put(data, key) : store.delete(key);
      transaction.oncomplete = () => resolve(verb === get ? request.result ?? null : new Uint8Array());
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } catch {
    opening = null;
    return null;
  }
}
