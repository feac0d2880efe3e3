import type { LoadedModel } from "../model/loadedModel";
import { createWindowModel } from "../window/windowModel";
import { cutLabelled, findScene } from "./cut";
import { findErrors } from "./findErrors";
import { createProbe, type Lesson } from "./probe/probe";
import { placeOf } from "./probe/setting";
import { featuresOf } from "./readings/predict";
import { parseRule } from "./rule";
import type { Finder } from "./types";
import { VOID } from "./window";
import { planFindWindows } from "./windows";

/** A finder that has learnt nothing yet. What it learns with one model is forgotten when another one comes. */
export function createFinder(): Finder {
  let teacher: LoadedModel | null = null;
  let probe = createProbe();
  let fitted = true;

  const listenTo = (model: LoadedModel): void => {
    if (model === teacher) return;
    teacher = model;
    probe = createProbe();
    fitted = true;
  };

  return {
    finds: (model) => model.finding !== null,
    async learn(model, { imageKey, image, labels, ignoredIds }, checkpoint) {
      listenTo(model);
      const scene = findScene(image, labels, ignoredIds);
      const lessons: Lesson[] = [];
      for (const place of planFindWindows(image.width, image.height)) {
        const { image: pixels, label } = cutLabelled(scene, place);
        if (label.every((id) => id === VOID)) continue;
        const shares = placeOf(place, image.width, image.height);
        const window = createWindowModel(model, pixels, place.size);
        const features = await featuresOf(window, shares, checkpoint).finally(window.dispose);
        lessons.push({ features, label, size: place.size, place: shares });
      }
      probe.learn(imageKey, lessons);
      fitted = false;
    },
    async *find(model, image, request, checkpoint) {
      listenTo(model);
      const rule = parseRule(model.finding);
      if (!fitted) {
        await probe.fit(checkpoint);
        fitted = true;
      }
      return yield* findErrors(
        model,
        rule,
        (windows) => probe.opinion(request.imageKey, windows),
        image,
        request,
        checkpoint,
      );
    },
  };
}
