// What bench/camera/camera.mjs runs inside of the page: each library as a function of a canvas that answers the text it
// reads, or nothing.
const formats = { EAN13: "EAN_13", EAN8: "EAN_8", UPCA: "UPC_A", Code128: "CODE_128", ITF: "ITF" };

function script(url) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = url;
    element.onload = resolve;
    element.onerror = () => reject(new Error(url + " is not there"));
    document.head.append(element);
  });
}

let reader = null;
async function look(name) {
  const { areaOf, looks, nearest, turns } = await import("/policy.js");
  reader ??= await import("/es/reader/index.js").then(async (zxing) => {
    await zxing.prepareZXingModule({ overrides: { locateFile: () => "/reader.wasm" }, fireImmediately: true });
    return zxing;
  });
  const { part, options } = looks[name];
  const turned = document.createElement("canvas");
  const read = async (image) => {
    const found = (await reader.readBarcodes(image, { ...options, textMode: "HRI" })).filter(({ isValid }) => isValid)
      .map(({ text, format, position: { topLeft, bottomRight } }) => ({ text, format,
        x: (topLeft.x + bottomRight.x - image.width) / 2, y: (topLeft.y + bottomRight.y - image.height) / 2 }));
    return nearest(found)?.text ?? "";
  };
  // The till's picture on a phone that is held upright, 358 × 400.
  return async (canvas, turn = 0) => {
    const area = areaOf(part, canvas.width, canvas.height, 358, 400);
    if (turn === 0) return read(canvas.getContext("2d").getImageData(area.x, area.y, area.width, area.height));
    const side = Math.ceil(Math.hypot(canvas.width, canvas.height));
    turned.width = turned.height = side;
    const context = turned.getContext("2d", { willReadFrequently: true });
    context.fillStyle = "#808080";
    context.fillRect(0, 0, side, side);
    context.translate(side / 2, side / 2);
    context.rotate(turn * Math.PI / 180);
    context.drawImage(canvas, -canvas.width / 2, -canvas.height / 2);
    return read(context.getImageData(0, 0, side, side));
  };
}

async function zxingJs(thorough) {
  await script("/zxing-js.js");
  const { ZXing } = window;
  const hints = new Map([[ZXing.DecodeHintType.POSSIBLE_FORMATS, Object.values(formats).map((name) => ZXing.BarcodeFormat[name])]]);
  if (thorough) hints.set(ZXing.DecodeHintType.TRY_HARDER, true);
  const zxing = new ZXing.MultiFormatReader();
  zxing.setHints(hints);
  return async (canvas) => {
    try {
      const source = new ZXing.HTMLCanvasElementLuminanceSource(canvas);
      return zxing.decodeWithState(new ZXing.BinaryBitmap(new ZXing.HybridBinarizer(source))).getText();
    } catch {
      return "";
    } finally {
      zxing.reset();
    }
  };
}

async function quagga() {
  await script("/quagga2.js");
  const { Quagga } = window;
  // It takes pictures by address only; they are made before the clock runs.
  return {
    prepare: (canvas) => canvas.toDataURL("image/png"),
    read: (src) => new Promise((resolve) => Quagga.decodeSingle({
      src, numOfWorkers: 0, locate: true, inputStream: { size: 640 }, locator: { patchSize: "medium", halfSample: true },
      decoder: { readers: ["ean_reader", "ean_8_reader", "upc_reader", "code_128_reader", "i2of5_reader"] },
    }, (result) => resolve(result?.codeResult?.code ?? ""))),
  };
}

async function html5Qrcode() {
  await script("/html5-qrcode.js");
  const { Html5Qrcode, Html5QrcodeSupportedFormats } = window;
  const scanner = new Html5Qrcode("box", { useBarCodeDetectorIfSupported: false, verbose: false,
    formatsToSupport: Object.values(formats).map((name) => Html5QrcodeSupportedFormats[name]) });
  return async (canvas) => {
    try {
      return (await scanner.qrcode.decodeAsync(canvas)).text;
    } catch {
      return "";
    }
  };
}

const makers = { strip: () => look("strip"), wide: () => look("wide"), full: () => look("full"), "zxing-js": () => zxingJs(false),
  "zxing-js thorough": () => zxingJs(true), quagga2: quagga, "html5-qrcode": html5Qrcode };

// Retail's numbers are the same with and without leading zeros.
const plain = (text) => /^\d+$/.test(text) ? text.replace(/^0+/, "") : text;

export async function measure(library, frames, width, height, repeats) {
  const made = await makers[library]();
  const { prepare = (canvas) => canvas, read = made } = made;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const results = [];
  for (const [n, { trouble, text }] of frames.entries()) {
    const grey = new Uint8Array(await (await fetch("/frame/" + n)).arrayBuffer());
    const image = context.createImageData(width, height);
    for (let i = 0; i < grey.length; ++i) image.data.set([grey[i], grey[i], grey[i], 255], 4 * i);
    context.putImageData(image, 0, 0);
    const input = await prepare(canvas);
    // Ours looks at the whole frame in three directions in turn; which one is first is chance, so all are told.
    const directions = library === "full" ? [0, 30, -30] : [0];
    const one = { trouble, read: false, wrong: false, ms: 0 };
    for (const turn of directions) {
      let best = Infinity, found = "";
      for (let i = 0; i < repeats + (n === 0 ? 3 : 0); ++i) {  // the first frame warms up
        const begun = performance.now();
        found = await read(input, turn);
        best = Math.min(best, performance.now() - begun);
      }
      one.ms += best / directions.length;
      one.read ||= plain(found) === plain(text);
      one.wrong ||= found !== "" && plain(found) !== plain(text);
    }
    results.push(one);
  }
  return results;
}
