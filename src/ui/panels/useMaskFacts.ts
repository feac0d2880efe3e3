import { useEffect, useState } from "react";
import { leastRatio } from "../../app/leastRatio";
import { classesOf, type OpenImage } from "../../app/session";
import { ratioLimits } from "../../app/settings";
import { voidUnderMask } from "../../review/voidUnderMask";
import { useSession, useSettings } from "../context";

/** Counting the mask costs a pass over the image: done when the pen rests, not during a stroke. */
const restMs = 150;

interface MaskFacts {
  /** The lowest mask ratio that can be chosen now. */
  readonly leastRatio: number;
  /** Void pixels under the mask that are kept. */
  readonly keptVoid: number;
}

/** What is known of the mask while the pen rests. */
export function useMaskFacts({ document }: OpenImage): MaskFacts {
  const classes = useSession(classesOf);
  const policy = useSettings((state) => state.voidPolicy);
  const [facts, setFacts] = useState<MaskFacts>({ leastRatio: ratioLimits.min, keptVoid: 0 });
  useEffect(() => {
    const count = (): void =>
      setFacts({
        leastRatio: leastRatio(document, classes, policy),
        keptVoid: voidUnderMask(document, classes, policy).kept,
      });
    let timer = setTimeout(count, 0);
    const stop = document.store.subscribe((now, before) => {
      if (now.version === before.version && now.locked === before.locked) return;
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
