import { readFile } from "node:fs/promises";
import jpeg from "jpeg-js";
import type { FindRequest } from "../../../src/find/types";
import { decodePng } from "../../../src/formats/png";
import type { MaskedLabel } from "../../../src/reconstruct/fixtures/maskedLabel";
import type { WorkImage } from "../../../src/window/workImage";

const WIDTH = 480;
const HEIGHT = 360;
/** Side of the masked square, px: a short stroke with a wide brush. */
const HOLE = 40;
const VOID = 255;

/** A labelled image of the app's sample. */
export interface Scene {
  readonly image: WorkImage;
  readonly labels: Uint16Array;
  readonly ignoredIds: readonly number[];
}

/** The scene that is repaired and searched. */
export const SCENE = "02-street";
/** Those whose labels say what its classes look like. */
export const TAUGHT = ["01-street", "03-street", "04-street"] as const;

/** Reads one of the sample's images, its lower left part of 480 x 360 px. */
export async function readScene(folder: string, name: string): Promise<Scene> {
  const photo = jpeg.decode(await readFile(`${folder}/images/${name}.jpg`), { useTArray: true });
  const { samples } = decodePng(new Uint8Array(await readFile(`${folder}/labels/${name}.png`)));
  const { width } = photo;
  const first = photo.height - HEIGHT;
  const rgba = new Uint8ClampedArray(4 * WIDTH * HEIGHT);
  const labels = new Uint16Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    const from = (first + y) * width;
    rgba.set(photo.data.subarray(4 * from, 4 * (from + WIDTH)), 4 * y * WIDTH);
    labels.set(samples.subarray(from, from + WIDTH), y * WIDTH);
  }
  return { image: { imageKey: name, width: WIDTH, height: HEIGHT, rgba }, labels, ignoredIds: [VOID] };
}

/** The scene's label with a square in its middle masked. */
export function masked({ labels, ignoredIds }: Scene): MaskedLabel {
  const mask = new Uint8Array(WIDTH * HEIGHT);
  const [left, top] = [(WIDTH - HOLE) / 2, (HEIGHT - HOLE) / 2];
  for (let y = top; y < top + HOLE; y++) mask.fill(1, y * WIDTH + left, y * WIDTH + left + HOLE);
  const hints = new Uint8Array(WIDTH * HEIGHT);
  return { width: WIDTH, height: HEIGHT, labels, mask, hints, ignoredIds, lockedIds: [] };
}

/** A search of the whole scene. */
export function findRequest({ image: { imageKey }, labels, ignoredIds }: Scene): FindRequest {
  const excluded = new Uint8Array(WIDTH * HEIGHT);
  const size = { width: WIDTH, height: HEIGHT };
  return { ...size, imageKey, documentVersion: 1, labels, ignoredIds, lockedIds: [], excluded };
}
