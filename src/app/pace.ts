/** The time left is told by so many images that were done last. */
const RECENT = 12;

/** How long images take, as long as many are gone through. */
export interface Pace {
  /** How long one took. */
  add(ms: number): void;
  /** How long so many will take; null before one is known. */
  leftMs(images: number): number | null;
}

export function createPace(): Pace {
  const recent: number[] = [];
  return {
    add(ms) {
      recent.push(ms);
      if (recent.length > RECENT) recent.shift();
    },
    leftMs: (images) =>
      recent.length === 0 ? null : (images * recent.reduce((sum, ms) => sum + ms, 0)) / recent.length,
  };
}
