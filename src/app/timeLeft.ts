/** Before this much time has passed a rate says nothing. */
const leastMs = 500;

/** ", about 6 s left" by the rate so far; empty while there is none, and at the end. */
export function timeLeft(done: number, total: number, elapsedMs: number): string {
  if (done === 0 || done >= total || elapsedMs < leastMs) return "";
  const seconds = Math.ceil(((elapsedMs / done) * (total - done)) / 1000);
  return seconds < 90 ? `, about ${seconds} s left` : `, about ${Math.round(seconds / 60)} min left`;
}
