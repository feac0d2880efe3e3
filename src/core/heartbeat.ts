/** Between two questions to a worker whether it is there. */
const beatMs = 5000;

/** For workers that cannot be asked: no single answer of theirs takes so long, on a slow computer and of a huge file. */
export const mostStepMs = 120_000;

/** Notices a worker that does not answer any more: one that hangs says nothing of it. */
export interface Heartbeat {
  /** Asks from now on, for as long as something is waited for. */
  start(): void;
  /** The worker said something, whatever it was, or is known to be there. */
  heard(): void;
  /** Another worker takes its place, or none. Until its first word it may still be on its way here. */
  reset(): void;
}

interface HeartbeatParts {
  isWaiting(): boolean;
  /** Has the worker say something; without it its answers are all that is heard. */
  ask?(): void;
  /** Milliseconds without a word that no healthy worker needs for a step. */
  limitMs(): number;
  /** Called once, with how long nothing was heard. */
  onSilence(seconds: number): void;
}

/**
 * What counts is how many questions in a row were left without a word, not the clock: a page that slept or was throttled
 * has asked few of them.
 */
export function createHeartbeat({ isWaiting, ask, limitMs, onSilence }: HeartbeatParts): Heartbeat {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wasHeard = false;
  let unanswered = 0;

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
    unanswered = 0;
  }

  function beat(): void {
    timer = undefined;
    if (!isWaiting()) {
      stop();
      return;
    }
    if (wasHeard && unanswered * beatMs >= limitMs()) {
      const seconds = (unanswered * beatMs) / 1000;
      stop();
      onSilence(seconds);
      return;
    }
    if (wasHeard) unanswered++;
    ask?.();
    timer = setTimeout(beat, beatMs);
  }

  return {
    start() {
      timer ??= setTimeout(beat, beatMs);
    },
    heard() {
      wasHeard = true;
      unanswered = 0;
    },
    reset() {
      stop();
      wasHeard = false;
    },
  };
}
