import { createPace } from "./pace";

/** ", about 6 s left"; empty while it is not known, and at the end. */
export function leftText(ms: number | null, how: "about" | "up to" = "about"): string {
  if (ms === null || ms <= 0) return "";
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `, ${how} ${seconds} s left` : `, ${how} ${Math.round(seconds / 60)} min left`;
}

/** Tells what is left by the pace of late, each time that it is told how far something is. Fewer done than before: it began anew. */
export function createCountdown(): (done: number, total: number) => string {
  let pace = createPace();
  let last: { readonly done: number; readonly at: number } | null = null;
  return (done, total) => {
    const at = performance.now();
    if (last !== null && done < last.done) {
      pace = createPace();
      last = null;
    }
    if (last !== null && done > last.done) pace.add(at - last.at, done - last.done);
    if (last === null || done > last.done) last = { done, at };
    return leftText(pace.leftMs(total - done));
  };
}

/** "45 s", "38 min" or "2 h 10 min". */
export function durationText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
