import type { LoadedModel } from "../model/loadedModel";
import type { Checkpoint } from "../model/steps";
import { createWindowModel, type OwnedWindowModel } from "../window/windowModel";
import type { WorkImage } from "../window/workImage";
import type { WorkWindow } from "../window/workWindows";
import { cutLabelled, findScene } from "./cut";
import type { TrainingWindow } from "./probe/cells";
import { placeOf } from "./probe/setting";
import { encodeCells } from "./readings/predict";
import { VOID } from "./window";
import { planFindWindows } from "./windows";

/** A window of an image with the features of its cells. */
export interface ImageWindow extends TrainingWindow {
  readonly at: WorkWindow;
  /** Holds the image's encoding, which further passes over the window use. To be disposed. */
  readonly model: OwnedWindowModel;
}

/**
 * The windows that cover an image, without those that show no class at all, one by one: whoever asks owns their models.
 * labels has width * height ids, of which `ignoredIds` are void. Throws an Error when its size is not the image's.
 */
export async function* imageWindows(
  model: LoadedModel,
  image: WorkImage,
  labels: Uint16Array,
  ignoredIds: readonly number[],
  checkpoint: Checkpoint,
): AsyncGenerator<ImageWindow, void, void> {
  const scene = findScene(image, labels, ignoredIds);
  for (const at of planFindWindows(image.width, image.height)) {
    const { image: pixels, label } = cutLabelled(scene, at);
    if (label.every((id) => id === VOID)) continue;
    const place = placeOf(at, image.width, image.height);
    const bound = createWindowModel(model, pixels, at.size);
    try {
      const features = await encodeCells(bound, place, checkpoint);
      yield { at, model: bound, features, label, size: at.size, place };
    } catch (error) {
      bound.dispose();
      throw error;
    }
  }
}
