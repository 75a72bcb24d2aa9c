// Files that people choose, drop on the page and save, and what is sent with its progress told.
const bytesMax = 64 * 1024 * 1024;  // the same as file_bytes_max in web/platform/bridge.h
const filesMax = 10;                // of one drop

async function read(file) {
  const tooLarge = file.size > bytesMax;
  const data = tooLarge ? new Uint8Array() : new Uint8Array(await file.arrayBuffer());
  return { name: file.name, type: file.type, data, tooLarge };
}

// done(file | null), once. A second choice gives the first one up.
let givenUp = null;
export function pickFile(accept, done) {
  givenUp?.();
  const input = document.createElement("input");
  input.type = "file";
  input.accept = accept;
  input.hidden = true;
  let answered = false;
  const answer = (file) => {
    if (answered) return;
    answered = true;
    givenUp = null;
    input.remove();
    done(file);
  };
  givenUp = () => answer(null);
  input.addEventListener("cancel", () => answer(null));
  input.addEventListener("change", async () => {
    const file = input.files[0];
    try {
      answer(file ? await read(file) : null);
    } catch {
      answer(null);  // it is gone, or may not be read
    }
  });
  document.body.append(input);
  input.click();
}

export function saveFile(name, type, data) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([data], { type }));
  link.download = name;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// calls: {dragging(over), dropped(file)}
export function watchDrops(calls) {
  let depth = 0;
  const files = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragenter", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    if (++depth === 1) calls.dragging(true);
  });
  document.addEventListener("dragover", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  document.addEventListener("dragleave", () => {
    if (depth > 0 && --depth === 0) calls.dragging(false);
  });
  document.addEventListener("drop", async (event) => {
    if (!files(event)) return;
    event.preventDefault();
    depth = 0;
    calls.dragging(false);
    for (const file of [...event.dataTransfer.files].slice(0, filesMax)) {
      try {
        calls.dropped(await read(file));
      } catch {
        continue;  // a folder
      }
    }
  });
}

// fetch() cannot tell how much it has sent. Answers {status, headers: [[name, value]], data}; status 0 is no answer.
export function send({ method, url, headers, timeout }, body, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const none = () => resolve({ status: 0, headers: [], data: new Uint8Array() });
    request.open(method, url);
    for (const [name, value] of headers) request.setRequestHeader(name, value);
    request.responseType = "arraybuffer";
    request.timeout = timeout;
    request.upload.onprogress = (event) => progress(event.loaded, event.total);
    request.onerror = request.onabort = request.ontimeout = none;
    request.onload = () => resolve({
      status: request.status,
      headers: request.getAllResponseHeaders().trim().split("\r\n").filter(Boolean).map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      }),
      data: new Uint8Array(request.response ?? []),
    });
    request.send(body);
  });
}
