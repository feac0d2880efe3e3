/**
 * Runs `start`, which brings up tfjs' wasm engine, while the browser seems to have twice as many cores as `threads`:
 * tfjs-backend-wasm 4.22 caps its threads at half of the logical cores, whatever `setThreadsCount` asks for, and so is
 * single-threaded on two. The app leaves it at that: beside a page that draws, the second thread gained it nothing there.
 */
export async function withRoomForThreads<T>(threads: number, start: () => Promise<T>): Promise<T> {
  Object.defineProperty(navigator, "hardwareConcurrency", { value: 2 * threads, configurable: true });
  try {
    return await start();
  } finally {
    // The browser's own number, of the prototype, shows again.
    Reflect.deleteProperty(navigator, "hardwareConcurrency");
  }
}
