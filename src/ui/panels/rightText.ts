import { wholeParts } from "../../core/round";

/** "About 9 of 10": a share, 0..1, in whole things. */
export function aboutText(share: number): string {
  const [part, whole] =
    share >= 0.95 || (share > 0 && share < 0.05) ? [wholeParts(share), 100] : [wholeParts(share, 10), 10];
  return `About ${part} of ${whole}`;
}
