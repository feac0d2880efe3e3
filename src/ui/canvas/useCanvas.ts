import { useCallback, useId, useState } from "react";
import { watchLoss } from "./watchLoss";

/**
 * A canvas that a component draws in an effect. `canvas` is another one once the browser lost its pixels, so that an effect
 * which depends on it draws them anew: `<canvas key={made} ref={attach}>`.
 */
export function useCanvas() {
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
  const [losses, setLosses] = useState(0);
  const id = useId();
  const attach = useCallback((element: HTMLCanvasElement) => {
    setCanvas(element);
    const stop = watchLoss(element, () => setLosses((count) => count + 1));
    return () => {
      stop();
      setCanvas(null);
    };
  }, []);
  return { canvas, made: `${id} ${losses}`, attach };
}
