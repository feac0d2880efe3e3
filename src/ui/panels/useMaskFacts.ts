import { useEffect, useState } from "react";
import { hiddenShare } from "../../app/leastRatio";
import { classesOf, type OpenImage } from "../../app/session";
import { isOfThisMask } from "../../review/asked";
import { LIVE } from "../../review/sets";
import type { SuggestionSet } from "../../review/types";
import { voidUnderMask } from "../../review/voidUnderMask";
import { useSession, useSettings } from "../context";

/** Counting the mask costs a pass over the image: done when the pen rests, not during a stroke. */
const restMs = 150;

interface MaskFacts {
  /** What the mask alone hides of its work window: no lower mask ratio can be chosen. */
  readonly hidden: number;
  /** Void pixels under the mask that are kept. */
  readonly keptVoid: number;
  /** The rows of the mask where they are of another one, or of other locks: what is masked now was not asked about. */
  readonly ofAnother: SuggestionSet | null;
}

/** What is known of the mask while the pen rests. */
export function useMaskFacts({ document }: OpenImage): MaskFacts {
  const classes = useSession(classesOf);
  const policy = useSettings((state) => state.voidPolicy);
  const [facts, setFacts] = useState<MaskFacts>({ hidden: 0, keptVoid: 0, ofAnother: null });
  useEffect(() => {
    const count = (): void => {
      const set = document.store.getState().proposals[LIVE];
      setFacts({
        hidden: hiddenShare(document, classes, policy),
        keptVoid: voidUnderMask(document, classes, policy).kept,
        ofAnother: set === undefined || isOfThisMask(document, set, classes, policy) ? null : set,
      });
    };
    let timer = setTimeout(count, 0);
    const stop = document.store.subscribe((now, before) => {
      const isSameSet = now.proposals[LIVE] === before.proposals[LIVE];
      if (now.version === before.version && now.locked === before.locked && isSameSet) return;
      clearTimeout(timer);
      timer = setTimeout(count, restMs);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [document, classes, policy]);
  return facts;
}
