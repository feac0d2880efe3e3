import { createRandom } from "../core/random";
import { blockCount } from "../model/backbone";
import type { LoadedModel } from "../model/loadedModel";
import { drawContext } from "../reconstruct/contextDraws";
import { KNOWN, MASKED, type WindowLabel } from "../window/resample";
import { windowInput } from "../window/windowInput";
import { createWindowModel } from "../window/windowModel";
import { partsAround } from "../window/windowParts";
import { WINDOW_SIZES } from "../window/workWindows";

const SLOTS = 6;
/** Blocks of one pass over an encoded window, to turn steps into progress. */
const STEPS_GUESS = 20;

/** Runs one pass over a made-up 224-px window with 6 classes, as a request would. Returns its milliseconds. */
export async function warmUp(model: LoadedModel, onProgress: (progress: number) => void): Promise<number> {
  const size = WINDOW_SIZES[0];
  const { image, label } = madeUpWindow(size);
  const { known } = drawContext(label.kinds, size, 0, createRandom(1));
  const ids = Array.from({ length: SLOTS }, (_, i) => i);
  const started = performance.now();
  const { backbone } = model.weights.config;
  const all = STEPS_GUESS + (backbone ? blockCount(backbone) : 0);
  let steps = 0;
  const window = createWindowModel(model, image, size);
  const hole = partsAround(
    label.kinds.map((kind) => Number(kind === MASKED)),
    size,
  );
  const input = windowInput(label, known, ids, window.slotCount(SLOTS));
  const answers = await window.runParts(input, hole, async () => {
    onProgress(Math.min(1, ++steps / all));
  });
  for (const { logits } of answers) {
    await logits.data();
    logits.dispose();
  }
  window.dispose();
  return performance.now() - started;
}

/** Tiles of six classes around a square hole of a third of the window. */
function madeUpWindow(size: number): { image: Float32Array; label: WindowLabel } {
  const kinds = new Uint8Array(size * size);
  const ids = new Uint16Array(size * size);
  const image = new Float32Array(size * size * 3);
  const tile = size / 7;
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      ids[i] = (Math.floor(x / tile) + 2 * Math.floor(y / tile)) % SLOTS;
      const inHole = Math.abs(x - size / 2) < size / 6 && Math.abs(y - size / 2) < size / 6;
      kinds[i] = inHole ? MASKED : KNOWN;
      image.fill((ids[i] + 1) / (SLOTS + 1), i * 3, i * 3 + 3);
    }
  }
  return { image, label: { size, kinds, ids } };
}
