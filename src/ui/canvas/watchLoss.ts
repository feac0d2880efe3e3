/** Browsers try to give a canvas back for two seconds, at most. */
const patienceMs = 3000;

/**
 * A canvas loses its pixels when the browser's graphics process ends. Calls `lost` once it can be drawn into again, all
 * blank, or is not given back at all: another canvas is safe in both cases.
 * @returns what ends the watch
 */
export function watchLoss(canvas: HTMLCanvasElement, lost: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (): void => {
    clearTimeout(timer);
    timer = setTimeout(lost, patienceMs);
  };
  const restored = (): void => {
    clearTimeout(timer);
    lost();
  };
  canvas.addEventListener("contextlost", wait);
  canvas.addEventListener("contextrestored", restored);
  return () => {
    clearTimeout(timer);
    canvas.removeEventListener("contextlost", wait);
    canvas.removeEventListener("contextrestored", restored);
  };
}
