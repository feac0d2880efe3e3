/** Work without a pause longer than this is felt, ms. */
const longest = 30;

/**
 * What long work on the main thread calls between its steps: it waits for a turn of whatever else there is, once the time since
 * it last did is long enough to be felt. Short work never waits.
 */
export function createPace(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < longest) return;
    await new Promise((resolve) => setTimeout(resolve));
    last = performance.now();
  };
}
