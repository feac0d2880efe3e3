/** "About 9 of 10": a share, 0..1, in whole things. */
export function aboutText(share: number): string {
  const [part, whole] = share >= 0.95 ? [Math.round(share * 100), 100] : [Math.round(share * 10), 10];
  return `About ${part} of ${whole}`;
}
