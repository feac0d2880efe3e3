import { type Decided, type Feedback, feedbackOf } from "../review/feedback";
import { FOUND } from "../review/sets";
import type { OpenDocument, SuggestionSet } from "../review/types";
import type { Settings } from "./settings";

interface Fitted {
  readonly decided: Decided;
  readonly model: string;
  readonly feedback: Feedback | null;
}

/** By the open image's decisions: they are replaced with every one taken or taken back. */
const fitted = new WeakMap<object, Fitted>();

/**
 * What all decisions that stand say of a set of the open image: those on the data set's other images, and `own`. Null where
 * they say nothing, or are not to. The same value as long as they are the same.
 */
export function feedbackOn(
  { key, store }: OpenDocument,
  set: SuggestionSet | null,
  { decided }: { readonly decided: Decided },
  { feedback: isOn }: Pick<Settings, "feedback">,
  own = store.getState().decisions,
): Feedback | null {
  if (!isOn || set?.name !== FOUND) return null;
  const known = fitted.get(own);
  if (known?.decided === decided && known.model === set.model) return known.feedback;
  const feedback = feedbackOf(new Map(decided).set(key, own), set.model);
  fitted.set(own, { decided, model: set.model, feedback });
  return feedback;
}
