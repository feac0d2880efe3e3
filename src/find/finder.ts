import type { LoadedModel } from "../model/loadedModel";
import { createWindowCache } from "../window/windowCache";
import { findErrors } from "./findErrors";
import { imageWindows } from "./imageWindows";
import type { TrainingWindow } from "./probe/cells";
import { createProbe } from "./probe/probe";
import { parseRule } from "./rule";
import type { Finder } from "./types";

/** A finder that has learnt nothing yet. What it learns with one model is forgotten when another one comes. */
export function createFinder(): Finder {
  let learntWith: LoadedModel | null = null;
  let probe = createProbe();
  let fitted = true;

  const use = (model: LoadedModel): void => {
    if (model === learntWith) return;
    learntWith = model;
    probe = createProbe();
    fitted = true;
  };

  return {
    finds: (model) => model.finding !== null,
    async learn(model, { imageKey, image, labels, ignoredIds }, checkpoint) {
      use(model);
      const windows: TrainingWindow[] = [];
      // Nothing of it is kept: the open image's windows are wanted again, these are not.
      const cache = createWindowCache(model);
      for await (const window of imageWindows(cache, image, labels, ignoredIds, checkpoint)) windows.push(window);
      probe.learn(imageKey, windows);
      fitted = false;
    },
    async *find(cache, image, request, checkpoint) {
      use(cache.model);
      const rule = parseRule(cache.model.finding);
      if (!fitted) {
        await probe.fit(checkpoint);
        fitted = true;
      }
      return yield* findErrors(
        cache,
        rule,
        (windows) => probe.posteriors(request.imageKey, windows),
        image,
        request,
        checkpoint,
      );
    },
  };
}
