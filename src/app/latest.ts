/** Things of which only the one begun last counts: beginning another aborts the one before. */
export interface Latest {
  /** Begins one and aborts what is under way. */
  start(): AbortSignal;
  /** The one of `signal` is done; nothing happens when it was aborted before. */
  end(signal: AbortSignal): void;
  /** Whether one is under way. */
  isUnderWay(): boolean;
  /** Aborts what is under way; false when nothing is. */
  abort(): boolean;
}

export function createLatest(): Latest {
  let current: AbortController | null = null;
  function abort(): boolean {
    const aborted = current;
    current = null;
    aborted?.abort();
    return aborted !== null;
  }
  return {
    start() {
      abort();
      current = new AbortController();
      return current.signal;
    },
    end(signal) {
      if (current?.signal === signal) current = null;
    },
    isUnderWay: () => current !== null,
    abort,
  };
}
