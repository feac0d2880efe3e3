import type { Checkpoint } from "../model/steps";
import type { WindowCache } from "../window/windowCache";
import type { WorkImage } from "../window/workImage";
import type { WorkWindow } from "../window/workWindows";
import { cutIds, findScene } from "./cut";
import type { TrainingWindow } from "./probe/cells";
import { placeOf } from "./probe/setting";
import { encodeCells } from "./readings/predict";
import { VOID } from "./window";
import { planFindWindows } from "./windows";

/** A window of an image with the features of its cells. */
export interface ImageWindow extends TrainingWindow {
  readonly at: WorkWindow;
}

/**
 * The windows that cover an image, one by one, without those that show no class at all. labels has width * height ids, of
 * which `ignoredIds` are void. The cache keeps their encodings for the passes that follow, if it keeps the image's. Throws
 * an Error when the label's size is not the image's.
 */
export async function* imageWindows(
  cache: WindowCache,
  image: WorkImage,
  labels: Uint16Array,
  ignoredIds: readonly number[],
  checkpoint: Checkpoint,
): AsyncGenerator<ImageWindow, void, void> {
  const scene = findScene(image, labels, ignoredIds);
  for (const at of planFindWindows(image.width, image.height)) {
    const label = cutIds(scene, at);
    if (label.every((id) => id === VOID)) continue;
    const place = placeOf(at, image.width, image.height);
    const model = cache.open(image, at);
    const features = await encodeCells(model, place, checkpoint).finally(model.close);
    yield { at, features, label, size: at.size, place };
  }
}
