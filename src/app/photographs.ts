import { seePhotograph } from "../dataset/inspect";
import { hasUnseen, type SeenPhotographs, seePhotographs, withSeen } from "../dataset/seePhotographs";
import { turnedItem } from "../dataset/turns";
import type { Dataset, DatasetItem, Problem } from "../dataset/types";
import { createLatest } from "./latest";
import type { Session, SessionStore } from "./session";
import { imageCount } from "./summary";
import { announce } from "./tell";

/**
 * Photographs of a large data set are looked at once it is listed: whether each can be read and fits its label. Until that is
 * done nothing goes over all images (`whyUnseen`); a single one is looked at before it is opened.
 */
export interface Photographs {
  /** The item with its photograph looked at, in the open data set too. @throws FileError where it cannot be used. */
  see(item: DatasetItem): Promise<DatasetItem>;
  /** Another data set is open, or none: that of the one before is ended. */
  follow(): void;
}

/** The status line is told of progress this often. */
const tellMs = 200;

/** @param close closes the data set, of which nothing can be used. */
export function createPhotographs(session: SessionStore, close: () => Promise<void>): Photographs {
  const latest = createLatest();

  session.subscribe((now, before) => {
    if (now.photographsLeft !== null && before.photographsLeft === null && now.dataset !== null) void run(now.dataset);
  });

  async function run(dataset: Dataset): Promise<void> {
    const signal = latest.start();
    let told = Number.NEGATIVE_INFINITY;
    const total = dataset.items.filter(({ isUnseen }) => isUnseen).length;
    const seen = await seePhotographs(dataset, signal, (done) => {
      const now = performance.now();
      if (now - told < tellMs || signal.aborted) return;
      told = now;
      session.setState({ photographsLeft: { done, total } });
    });
    if (seen !== null) await end(seen);
    latest.end(signal);
  }

  async function end(seen: SeenPhotographs): Promise<void> {
    const { dataset, turns } = session.getState();
    if (dataset === null) return;
    const now = withSeen(dataset, seen, turns);
    if (now.items.length === 0) {
      await close();
      const title = "Nothing could be opened";
      const text = "No image could be opened with its label. See the list of files and reasons.";
      session.setState({ problems: now.problems, dialog: "report", message: { kind: "error", title, text } });
      return announce(session, `${title}: ${text}`);
    }
    session.setState((state) => ({ ...without(state, now, seen.problems), photographsLeft: null }));
    if (seen.unusable.size === 0) return;
    const [{ path, reason }, ...more] = seen.problems.filter(({ severity }) => severity === "error");
    const others = more.length === 0 ? "" : ` And ${more.length} more.`;
    const title = `${imageCount(seen.unusable.size)} cannot be used`;
    const text = `${path}: ${reason}${others}`;
    const action = { label: "All problems…", run: () => session.setState({ dialog: "report" }) };
    session.setState({ message: { kind: "error", title, text, action } });
    announce(session, `${title}. ${text}`);
  }

  return {
    async see(given) {
      if (!given.isUnseen) return given;
      const { item } = await seePhotograph(given);
      const { dataset, turns } = session.getState();
      const now = dataset?.items.find(({ key }) => key === item.key);
      if (dataset === null || now === undefined) throw new Error("It is not in the data set any more.");
      if (!now.isUnseen) return now;
      const known = turnedItem(item, turns);
      session.setState({ dataset: { ...dataset, items: dataset.items.map((one) => (one === now ? known : one)) } });
      return known;
    },
    follow() {
      latest.abort();
      session.setState({ photographsLeft: null });
    },
  };
}

/** What holds keys and places of images, without those that left the data set. */
function without(
  { image, tiles, unreadable, problems }: Session,
  dataset: Dataset,
  added: readonly Problem[],
): Partial<Session> {
  const keys = new Set(dataset.items.map(({ key }) => key));
  const own = (key: string | null): string | null => (key === null || keys.has(key) ? key : dataset.items[0].key);
  const index = image === null ? -1 : dataset.items.findIndex(({ key }) => key === image.item.key);
  const selected = new Set([...tiles.selected].filter((key) => keys.has(key)));
  return {
    ...{ dataset, index },
    problems: [...problems, ...added],
    tiles: { ...tiles, selected, current: own(tiles.current), anchor: own(tiles.anchor) },
    unreadable: new Map([...unreadable].filter(([key]) => keys.has(key))),
  };
}

/** How much of a data set is left unseen as it is opened; null where nothing is. */
export function unseenOf(dataset: Dataset): Session["photographsLeft"] {
  return hasUnseen(dataset) ? { done: 0, total: dataset.items.filter(({ isUnseen }) => isUnseen).length } : null;
}

/** Why nothing can be done in all images yet, as a sentence; null where it can. */
export function whyUnseen({ photographsLeft }: Pick<Session, "photographsLeft">): string | null {
  if (photographsLeft === null) return null;
  return "Photographs are still being looked at: wait a few seconds.";
}

/** Waits until all photographs of the open data set are seen, it is closed, or the signal aborts. */
export function allSeen(session: SessionStore, signal?: AbortSignal): Promise<void> {
  if (session.getState().photographsLeft === null || signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      stop();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const stop = session.subscribe(({ photographsLeft }) => photographsLeft === null && end());
    signal?.addEventListener("abort", end);
  });
}
