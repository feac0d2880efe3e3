/** Tries to read a picture, each on a canvas of its own. */
const mostTries = 3;

/**
 * The RGBA pixels of what `draw` draws. A canvas that is kept loses what it holds with the browser's graphics process and
 * reads as transparent, without a word: this one is made, drawn into and read in one go, and a line below the picture
 * proves that what was drawn is there.
 * @throws Error when there is no memory for a canvas, or it cannot be read.
 */
export function readPixels(
  width: number,
  height: number,
  draw: (context: OffscreenCanvasRenderingContext2D) => void,
): ImageData {
  for (let tries = 0; tries < mostTries; tries++) {
    const context = new OffscreenCanvas(width, height + 1).getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("The browser gave no 2D canvas. Close other tabs to free memory and reload.");
    context.fillRect(0, height, width, 1);
    draw(context);
    const pixels = context.getImageData(0, 0, width, height);
    const proof = context.getImageData(0, height, width, 1).data;
    if (proof[3] === 255 && proof[proof.length - 1] === 255) return pixels;
  }
  throw new Error("The browser lost the picture while it was read. Open the image again.");
}
