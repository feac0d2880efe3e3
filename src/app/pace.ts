/** The time left is told by so many steps that were done last, or as many more as took so long, ms. */
const RECENT = 12;
const RECENT_MS = 10_000;

/** Fewer steps, or less time, say nothing. */
const LEAST = 3;
const LEAST_MS = 500;

/** How long steps take, as long as many are gone through. */
export interface Pace {
  /** How long one took, or several. The first is not counted: it often prepares what all of them need. */
  add(ms: number, steps?: number): void;
  /** How long so many will take by those of late; null before a few are known. */
  leftMs(steps: number): number | null;
}

export function createPace(): Pace {
  const recent: { readonly ms: number; readonly steps: number }[] = [];
  let isFirst = true;
  let [time, count] = [0, 0];
  return {
    add(ms, steps = 1) {
      if (isFirst) {
        isFirst = false;
        return;
      }
      recent.push({ ms, steps });
      time += ms;
      count += steps;
      while (recent.length > RECENT && time - recent[0].ms >= RECENT_MS) {
        const [oldest] = recent.splice(0, 1);
        time -= oldest.ms;
        count -= oldest.steps;
      }
    },
    leftMs: (steps) => (count < LEAST || time < LEAST_MS ? null : (steps * time) / count),
  };
}
