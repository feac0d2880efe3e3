import { useEffect, useState } from "react";
import { leastRatio } from "../../app/leastRatio";
import { classesOf, type OpenImage } from "../../app/session";
import { ratioLimits } from "../../app/settings";
import { useSession } from "../context";

/** Counting the mask costs a pass over the image: done when the pen rests, not during a stroke. */
const restMs = 150;

/** The lowest mask ratio that can be chosen now. */
export function useLeastRatio({ document }: OpenImage): number {
  const classes = useSession(classesOf);
  const [least, setLeast] = useState<number>(ratioLimits.min);
  useEffect(() => {
    const count = (): void => setLeast(leastRatio(document, classes));
    let timer = setTimeout(count, 0);
    const stop = document.store.subscribe((now, before) => {
      if (now.version === before.version) return;
      clearTimeout(timer);
      timer = setTimeout(count, restMs);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [document, classes]);
  return least;
}
