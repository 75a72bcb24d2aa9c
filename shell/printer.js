// Paper: receipt printers over USB and serial, and pages for the system's printer.
//
// A printer was chosen once in the browser's own dialog; from then on the browser knows it again, and each job opens
// it, gives it everything in order and lets it go, so that a printer that was switched off and on, plugged in anew or
// used by another tab needs no care. Jobs wait for each other. What goes wrong becomes one of the words below, never
// an exception; web/till/printer says them as sentences.
//   done      all bytes were taken
//   given_up  no printer was chosen in the dialog
//   missing   the one that was chosen is not connected
//   in_use    another program, another tab or the system's own driver holds it
//   no_paper  it says that its paper is at an end
//   silent    it takes nothing: off, out of paper, or its cover is open
//   no_port   the device has nothing to print through
//   failed    anything else
export const outcomes = ["done", "given_up", "missing", "in_use", "no_paper", "silent", "no_port", "failed"];

const printerClass = 7;          // USB: base class "Printer"
const chunkBytes = 4096;         // cheap printers lose what comes in larger pieces
const chunkMs = 10_000;          // a printer without paper takes nothing, for ever
const paperEmpty = 0x20;         // GET_PORT_STATUS of the USB printer class
const mmPerPixel = 25.4 / 96;

class Trouble extends Error {
  constructor(outcome) {
    super(outcome);
    this.outcome = outcome;
  }
}

export const portsThere = () => (navigator.usb ? 1 : 0) | (navigator.serial ? 2 : 0);

// What the browser calls a device, so that it is found again among those it remembers.
const usbKey = (device) => [device.vendorId, device.productId, device.serialNumber ?? ""].join(":");
const serialKey = (port) => {
  const { usbVendorId = "", usbProductId = "" } = port.getInfo();
  return [usbVendorId, usbProductId].join(":");
};

// The first interface of class 7 with a bulk endpoint outwards.
function doorOf(device) {
  for (const { interfaceNumber, alternates } of device.configuration?.interfaces ?? []) {
    for (const { alternateSetting, interfaceClass, endpoints } of alternates) {
      if (interfaceClass !== printerClass) continue;
      const out = endpoints.find(({ direction, type }) => direction === "out" && type === "bulk");
      if (out) return { interfaceNumber, alternateSetting, endpoint: out.endpointNumber };
    }
  }
  throw new Trouble("no_port");
}

// A promise that is given up after a while.
function within(ms, promise) {
  let timer = 0;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Trouble("silent")), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function* chunksOf(bytes) {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

async function sendUsb(device, bytes) {
  await device.open().catch(() => { throw new Trouble("in_use"); });
  try {
    if (device.configuration === null) await device.selectConfiguration(device.configurations[0].configurationValue);
    const { interfaceNumber, alternateSetting, endpoint } = doorOf(device);
    await device.claimInterface(interfaceNumber).catch(() => { throw new Trouble("in_use"); });
    if (alternateSetting !== 0) await device.selectAlternateInterface(interfaceNumber, alternateSetting);
    if (await isOutOfPaper(device, interfaceNumber)) throw new Trouble("no_paper");
    for (const chunk of chunksOf(bytes)) await transfer(device, endpoint, chunk);
    await device.releaseInterface(interfaceNumber);
  } finally {
    await device.close().catch(() => {});
  }
}

async function transfer(device, endpoint, chunk) {
  for (let tries = 0; chunk.length > 0; ++tries) {
    const { status, bytesWritten } = await within(chunkMs, device.transferOut(endpoint, chunk));
    if (status === "stall" && tries < 2) await device.clearHalt("out", endpoint);
    else if (status !== "ok") throw new Trouble("failed");
    chunk = chunk.subarray(bytesWritten ?? 0);
    if (status === "ok" && !bytesWritten) throw new Trouble("silent");
  }
}

// Asked in the way of the USB printer class; printers that do not know it have paper.
async function isOutOfPaper(device, interfaceNumber) {
  try {
    const { status, data } = await within(1000, device.controlTransferIn(
      { requestType: "class", recipient: "interface", request: 1, value: 0, index: interfaceNumber }, 1));
    return status === "ok" && data.byteLength === 1 && (data.getUint8(0) & paperEmpty) !== 0;
  } catch {
    return false;
  }
}

async function sendSerial(port, baudRate, bytes) {
  await port.open({ baudRate, bufferSize: chunkBytes }).catch(() => { throw new Trouble("in_use"); });
  const writer = port.writable.getWriter();
  try {
    for (const chunk of chunksOf(bytes)) await within(chunkMs, writer.write(chunk));
    await within(chunkMs, writer.close());
  } catch (error) {
    writer.abort().catch(() => {});
    throw error;
  } finally {
    writer.releaseLock();
    await port.close().catch(() => {});
  }
}

async function choose(kind) {
  try {
    if (kind === "usb") {
      const device = await navigator.usb.requestDevice({ filters: [{ classCode: printerClass }] });
      const name = [device.manufacturerName, device.productName].filter(Boolean).join(" ");
      return { device: usbKey(device), name: name || "USB printer" };
    }
    return { device: serialKey(await navigator.serial.requestPort()), name: "Serial printer" };
  } catch (error) {
    throw new Trouble(error.name === "NotFoundError" ? "given_up" : "failed");
  }
}

async function send({ kind, device, baud }, bytes) {
  const known = kind === "usb" ? await navigator.usb.getDevices() : await navigator.serial.getPorts();
  const keyOf = kind === "usb" ? usbKey : serialKey;
  const one = known.find((candidate) => keyOf(candidate) === device);
  if (!one) throw new Trouble("missing");
  await (kind === "usb" ? sendUsb(one, bytes) : sendSerial(one, baud, bytes));
  return {};
}

// done(outcome, device, name), once.
let last = Promise.resolve();
export function printer(job, bytes, done) {
  const run = async () => {
    try {
      if (!(job.kind === "usb" ? navigator.usb : navigator.serial)) throw new Trouble("no_port");
      const { device = "", name = "" } = job.verb === "choose" ? await choose(job.kind) : await send(job, bytes);
      done(outcomes.indexOf("done"), device, name);
    } catch (error) {
      if (!(error instanceof Trouble)) console.warn(error);
      const gone = error.name === "NotFoundError" || error.name === "NetworkError";
      done(outcomes.indexOf(error.outcome ?? (gone ? "missing" : "failed")), "", "");
    }
  };
  // The dialog needs the press that asked for it: it waits for nobody.
  if (job.verb === "choose") run();
  else last = last.then(run);
}

// The size of the page is a sheet of its own, which is there only while a strip is printed.
let pageSheet = null;
const otherSheets = () => [...document.adoptedStyleSheets].filter((sheet) => sheet !== pageSheet);

// A strip of paper: {title, width in mm, lines: [[strong 0|1, text]…], qr: {path, size}?}. The page is as long as what
// is on it; where a browser knows no such pages, the printer's own settings decide.
export function printStrip({ title, width, lines, qr }) {
  const paper = document.getElementById("paper");
  paper.replaceChildren();
  for (const [strong, text] of lines) {
    const line = document.createElement(strong ? "b" : "span");
    line.textContent = text + "\n";
    paper.append(line);
  }
  if (qr) {
    const svgNamespace = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(svgNamespace, "svg");
    svg.setAttribute("viewBox", `0 0 ${qr.size} ${qr.size}`);
    svg.setAttribute("shape-rendering", "crispEdges");
    const path = document.createElementNS(svgNamespace, "path");
    path.setAttribute("d", qr.path);
    svg.append(path);
    paper.append(svg);
  }
  paper.className = `strip mm${width} measured`;
  const height = Math.ceil(paper.getBoundingClientRect().height * mmPerPixel) + 1;
  paper.classList.remove("measured");
  try {
    pageSheet ??= new CSSStyleSheet();
    pageSheet.replaceSync(`@page { size: ${width}mm ${Math.max(height, width)}mm; margin: 0 }`);
    document.adoptedStyleSheets = [...otherSheets(), pageSheet];
  } catch { /* no such sheets here */ }
  const before = document.title;
  document.title = title;
  const after = () => {
    document.title = before;
    if (pageSheet) document.adoptedStyleSheets = otherSheets();
  };
  if (!("onafterprint" in window)) return void (window.print(), after());
  window.addEventListener("afterprint", after, { once: true });
  window.print();
}
