import { createStore, type StoreApi } from "zustand/vanilla";

/** What the browser offers its tabs to agree on which of them writes. */
export interface TabPorts {
  readonly locks: TabLocks;
  readonly channel: TabChannel;
}

/** The part of Web Locks that is used. */
export interface TabLocks {
  request(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly steal?: boolean; readonly signal?: AbortSignal },
    run: (lock: object | null) => Promise<void> | undefined,
  ): Promise<unknown>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

/** All tabs hear what one of them posts, but not their own. */
export interface TabChannel {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

/**
 * How this tab stands to the project it has open: it alone writes it; another tab does; no other does any more, but what this
 * tab shows may be older than what is stored.
 */
type Place = "own" | "elsewhere" | "free";

/** What became of a take-over; the other tab may refuse, for it cannot write what only it holds. */
type TakeOver = { readonly taken: true } | { readonly taken: false; readonly reason: string };

/** Which tab writes the records of a project: one at a time. */
export interface Ownership {
  /** Null: no project is open. */
  readonly store: StoreApi<{ readonly open: { readonly id: string; readonly place: Place } | null }>;
  /** Opens a project, whose records this tab may write if no other tab does (true). The one before is let go. */
  claim(id: string): Promise<boolean>;
  /** Nothing is open any more. */
  release(): void;
  /** Makes the open project this tab's: what it shows must be read anew. @param force without asking the other tab. */
  takeOver(force?: boolean): Promise<TakeOver>;
  /** Whether what is open is this tab's. */
  isOwn(): boolean;
  /** False for a project that this tab had open and that is not, or no longer, its own. */
  mayWrite(id: string): boolean;
  /** Runs `work` on a project that no tab has open; false, and nothing is run, where one has. */
  whileFree(id: string, work: () => Promise<void>): Promise<boolean>;
  /** Projects that some tab writes. */
  inUse(): Promise<ReadonlySet<string>>;
  /** @param letGo Writes what is pending, after which this tab writes no more; says why where it cannot. */
  onAsked(letGo: () => Promise<string | null>): void;
}

type Message =
  | { readonly type: "ask"; readonly id: string; readonly from: string }
  | { readonly type: "claim"; readonly id: string }
  | { readonly type: "writing" | "written"; readonly id: string; readonly to: string }
  | { readonly type: "refused"; readonly id: string; readonly to: string; readonly reason: string };

interface Held {
  readonly id: string;
  readonly isLost: boolean;
  release(): void;
}

const lockPrefix = "maskmend/";

interface OwnershipOptions {
  /** How long a tab may be silent that is asked to let go. */
  readonly patienceMs?: number;
  /** How long it may take to write, ms. */
  readonly mostMs?: number;
  /** A page that is being reloaded may still hold its lock for a moment, ms. */
  readonly graceMs?: number;
}

/** @param ports null: other tabs are not known of, and each project opened is this tab's. */
export function createOwnership(
  ports: TabPorts | null,
  { patienceMs = 5000, mostMs = 60_000, graceMs = 300 }: OwnershipOptions = {},
): Ownership {
  const store = createStore<ReturnType<Ownership["store"]["getState"]>>(() => ({ open: null }));
  const me = crypto.randomUUID();
  /** What was open here: late writes of it must not meet another tab's. */
  const seen = new Set<string>();
  let held: Held | null = null;
  let opened = 0;
  let waiting: AbortController | null = null;
  let letGo: () => Promise<string | null> = async () => null;
  /** The tab that this one is letting go for, or let go for last. */
  let leavingTo: { readonly id: string; readonly to: string; readonly answer: Promise<Message> } | null = null;
  const answers = new Set<(message: Message) => void>();

  const placeOf = (id: string): Place | null => {
    const { open } = store.getState();
    return open?.id === id ? open.place : null;
  };
  const put = (id: string, place: Place): void => store.setState({ open: { id, place } });

  /** The lock once it is had; null where it is not to be had. */
  function lock(id: string, options: Parameters<TabLocks["request"]>[1], { locks }: TabPorts): Promise<Held | null> {
    return new Promise((resolve) => {
      let own: (Held & { isLost: boolean }) | null = null;
      const run = (granted: object | null): Promise<void> | undefined => {
        if (granted === null) {
          resolve(null);
          return undefined;
        }
        return new Promise<void>((release) => {
          own = { id, isLost: false, release };
          resolve(own);
        });
      };
      locks.request(lockPrefix + id, options, run).catch(() => {
        // Stolen, or waiting was given up.
        if (own === null) return resolve(null);
        own.isLost = true;
        if (held === own) lost(id);
      });
    });
  }

  function lost(id: string): void {
    held = null;
    if (placeOf(id) === null) return;
    put(id, "elsewhere");
    waitFor(id);
  }

  /** Until the other tab is closed. */
  function waitFor(id: string): void {
    if (ports === null) return;
    waiting?.abort();
    const own = new AbortController();
    waiting = own;
    void lock(id, { signal: own.signal }, ports).then((got) => {
      if (got === null || got.isLost) return;
      if (own.signal.aborted || placeOf(id) !== "elsewhere") return got.release();
      held = got;
      put(id, "free");
    });
  }

  /** Gives up the lock, and waiting for it. */
  function leave(): void {
    waiting?.abort();
    waiting = null;
    held?.release();
    held = null;
  }

  async function answerTo(id: string, to: string): Promise<Message> {
    const reason = placeOf(id) === "own" ? await letGo() : null;
    if (reason !== null) return { type: "refused", id, to, reason };
    // The lock is kept until the other tab steals it: no third one gets it in between.
    if (placeOf(id) === "own") put(id, "elsewhere");
    return { type: "written", id, to };
  }

  function asked(id: string, to: string, { channel }: TabPorts): void {
    const isLeaving = leavingTo?.id === id && leavingTo.to === to;
    if (held?.id !== id || (placeOf(id) === "elsewhere" && !isLeaving)) return;
    channel.postMessage({ type: "writing", id, to } satisfies Message);
    if (isLeaving) return;
    const leaving = { id, to, answer: answerTo(id, to) };
    leavingTo = leaving;
    void leaving.answer.then((answer) => {
      if (answer.type === "refused" && leavingTo === leaving) leavingTo = null;
      channel.postMessage(answer);
    });
  }

  /** Another tab opens what lies free here, such as a page that was reloaded and edited it before: that one goes first. */
  function yieldTo(id: string): void {
    if (placeOf(id) !== "free") return;
    leave();
    put(id, "elsewhere");
    waitFor(id);
  }

  /** What a page that is being left, or a tab that only waits, gives up in a moment. */
  function lockSoon(id: string, own: TabPorts): Promise<Held | null> {
    const soon = lock(id, { signal: AbortSignal.timeout(graceMs) }, own);
    own.channel.postMessage({ type: "claim", id } satisfies Message);
    return soon;
  }

  ports?.channel.addEventListener("message", ({ data }) => {
    if (!isMessage(data)) return;
    if (data.type === "ask") asked(data.id, data.from, ports);
    else if (data.type === "claim") yieldTo(data.id);
    else if (data.to === me) for (const hear of answers) hear(data);
  });

  /** What the tab says that writes the project; null where none answers. */
  function ask(id: string, { channel }: TabPorts): Promise<Message | null> {
    return new Promise((resolve) => {
      const since = Date.now();
      let until = since + patienceMs;
      const end = (message: Message | null): void => {
        clearInterval(timer);
        answers.delete(hear);
        resolve(message);
      };
      const hear = (message: Message): void => {
        if (message.id !== id) return;
        if (message.type === "writing") until = Math.min(Date.now() + patienceMs, since + mostMs);
        else end(message);
      };
      // Again and again: the tab that writes may be another by now.
      const timer = setInterval(
        () => (Date.now() >= until ? end(null) : channel.postMessage({ type: "ask", id, from: me } satisfies Message)),
        patienceMs / 10,
      );
      answers.add(hear);
      channel.postMessage({ type: "ask", id, from: me } satisfies Message);
    });
  }

  return {
    store,
    async claim(id) {
      if (placeOf(id) === "own") return true;
      leave();
      seen.add(id);
      leavingTo = null;
      const turn = ++opened;
      if (ports === null) {
        put(id, "own");
        return true;
      }
      store.setState({ open: null });
      const got = (await lock(id, { ifAvailable: true }, ports)) ?? (await lockSoon(id, ports));
      const isOwn = got !== null && !got.isLost;
      if (turn !== opened) {
        got?.release();
        return false;
      }
      if (isOwn) held = got;
      put(id, isOwn ? "own" : "elsewhere");
      if (!isOwn) waitFor(id);
      return isOwn;
    },
    release() {
      leave();
      opened++;
      store.setState({ open: null });
    },
    async takeOver(force = false) {
      const { open } = store.getState();
      if (open === null || ports === null) return { taken: true };
      const { id } = open;
      if (held?.id !== id) {
        const answer = force ? null : await ask(id, ports);
        if (answer?.type === "refused") return { taken: false, reason: answer.reason };
        if (placeOf(id) === null) return leftMeanwhile;
        waiting?.abort();
        waiting = null;
        // Waiting may have had it by now.
        const got = held ?? (await lock(id, { steal: true }, ports));
        if (placeOf(id) === null) {
          got?.release();
          return leftMeanwhile;
        }
        held = got;
      }
      leavingTo = null;
      put(id, "own");
      return { taken: true };
    },
    isOwn: () => store.getState().open?.place === "own",
    mayWrite: (id) => ports === null || !seen.has(id) || placeOf(id) === "own",
    async whileFree(id, work) {
      if (ports === null) {
        await work();
        return true;
      }
      const own = placeOf(id) === "own";
      let isFree = own;
      const run = async (granted: object | null): Promise<void> => {
        if (granted === null) return;
        isFree = true;
        const wasSeen = seen.delete(id);
        await work().finally(() => wasSeen && seen.add(id));
      };
      if (own) await work();
      else await ports.locks.request(lockPrefix + id, { ifAvailable: true }, run);
      return isFree;
    },
    async inUse() {
      const { held: all = [] } = (await ports?.locks.query()) ?? {};
      return new Set(
        all.flatMap(({ name = "" }) => (name.startsWith(lockPrefix) ? name.slice(lockPrefix.length) : [])),
      );
    },
    onAsked(next) {
      letGo = next;
    },
  };
}

const leftMeanwhile = { taken: false, reason: "Another data set was opened meanwhile." } as const;

function isMessage(value: unknown): value is Message {
  if (typeof value !== "object" || value === null) return false;
  const { type, id } = value as Partial<Message>;
  return typeof id === "string" && typeof type === "string";
}
