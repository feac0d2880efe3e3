import type { LoadedModel } from "../model/loadedModel";
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
      for await (const { model: bound, ...window } of imageWindows(model, image, labels, ignoredIds, checkpoint)) {
        bound.dispose();
        windows.push(window);
      }
      probe.learn(imageKey, windows);
      fitted = false;
    },
    async *find(model, image, request, checkpoint) {
      use(model);
      const rule = parseRule(model.finding);
      if (!fitted) {
        await probe.fit(checkpoint);
        fitted = true;
      }
      return yield* findErrors(
        model,
        rule,
        (windows) => probe.posteriors(request.imageKey, windows),
        image,
        request,
        checkpoint,
      );
    },
  };
}
