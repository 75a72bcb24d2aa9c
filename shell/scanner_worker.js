// Reads barcodes beside the page: zxing-wasm (ZXing-C++), loaded from our own origin when the first camera opens.
//
// in:  {id, bitmap, options, turn}  an ImageBitmap, which is closed here; turned by so many degrees before it is read
//      {id, pixels, width, height, options}  RGBA in an ArrayBuffer, from browsers that have no OffscreenCanvas
// out: {ready: true} once; {failed: words} where the reader cannot be loaded;
//      {id, codes: [{text, format, x, y}], ms}  x and y the middle of the code, from the middle of the picture, in pixels
import { prepareZXingModule, readBarcodes } from "@{zxing_reader.js}";

const ready = prepareZXingModule({ overrides: { locateFile: () => "@{zxing_reader.wasm}" }, fireImmediately: true });
ready.then(() => postMessage({ ready: true }), (error) => postMessage({ failed: String(error) }));

let canvas = null;
function imageOf({ bitmap, pixels, width, height, turn = 0 }) {
  if (pixels) return new ImageData(new Uint8ClampedArray(pixels), width, height);
  const angle = turn * Math.PI / 180, sin = Math.abs(Math.sin(angle)), cos = Math.abs(Math.cos(angle));
  const wide = Math.round(bitmap.width * cos + bitmap.height * sin), high = Math.round(bitmap.width * sin + bitmap.height * cos);
  canvas ??= new OffscreenCanvas(1, 1);
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.setTransform(1, 0, 0, 1, 0, 0);
  if (turn !== 0) {
    context.fillStyle = "#808080";
    context.fillRect(0, 0, wide, high);
    context.translate(wide / 2, high / 2);
    context.rotate(angle);
    context.translate(-bitmap.width / 2, -bitmap.height / 2);
  }
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, wide, high);
}

addEventListener("message", async ({ data }) => {
  const begun = performance.now();
  let codes = [];
  try {
    await ready;
    const image = imageOf(data);
    codes = (await readBarcodes(image, { ...data.options, textMode: "HRI" }))
      .filter((code) => code.isValid && code.text !== "")
      .map(({ text, format, position: { topLeft, bottomRight } }) =>
        ({ text, format, x: (topLeft.x + bottomRight.x - image.width) / 2, y: (topLeft.y + bottomRight.y - image.height) / 2 }));
  } catch (error) {
    console.warn("A frame could not be read:", error);
  }
  postMessage({ id: data.id, codes, ms: performance.now() - begun });
});
