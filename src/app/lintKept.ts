import type { DatasetItem } from "../dataset/types";
import type { Autosave } from "../project/autosave";
import { withBacklog } from "../project/backlog";
import { lintKey, lintRecord, loadLintCounts } from "../project/lintRecords";
import { type KeyValueStore, storageReason } from "../project/storage";
import type { LintCounts } from "../review/lint/lintCounts";
import type { OpenDocument } from "../review/types";
import type { Checking } from "./checking";
import { isOfFile, type LintFrame, lintStamp } from "./lintStamp";
import type { SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import { showInfo } from "./tell";

/** Counts are shown so often at most, ms: each time, all that depends on them is looked at again. */
const showEvery = 250;

/** What the rules said of labels, kept between visits; `session.lint` holds those that are still true. */
export interface LintKept {
  /** Forgets all and reads what is kept for another project; null: none. */
  follow(next: Autosave | null): Promise<void>;
  /** What a look depends on besides the label; the same value as long as that is the same. Null: nothing is open. */
  frame(): LintFrame | null;
  /** Whether an image's label was looked at, with an outcome that is true still. */
  isKnown(item: DatasetItem): boolean;
  /**
   * Notes what was said of a label; it may be shown a moment later.
   * @throws when the store does.
   */
  note(item: DatasetItem, counts: LintCounts): Promise<void>;
  /** Shows what was noted. */
  show(): void;
  /** Forgets what was said of an image. */
  drop(key: string): void;
  /** Grows with every change of an image's label while its document is in memory. */
  changes(key: string): number;
  /** Forgets what was said of a label as soon as it changes; returns what ends that. */
  track(document: OpenDocument): () => void;
}

export function createLintKept(
  store: KeyValueStore,
  session: SessionStore,
  settings: SettingsStore,
  checking: Pick<Checking, "store">,
): LintKept {
  /** Of labels as they are, but perhaps under another frame: its locks and sizes may come back. */
  let all = new Map<string, LintCounts>();
  let changed = new Map<string, number>();
  let project: string | null = null;
  let framed: LintFrame | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;

  function frame(): LintFrame | null {
    const { dataset, exclusions } = session.getState();
    const { lockedClasses: locked, pinholes, specks } = settings.getState();
    const { classes } = checking.store.getState();
    if (dataset === null) return null;
    const { options: now } = framed ?? {};
    const isSame =
      framed?.dataset === dataset &&
      framed.exclusions === exclusions &&
      framed.locked === locked &&
      now?.pinholes === pinholes &&
      now.specks === specks &&
      now.classes === classes;
    if (!isSame) framed = { dataset, exclusions, locked, options: { pinholes, specks, classes } };
    return framed;
  }

  function isTrue(under: LintFrame, item: DatasetItem): boolean {
    const counts = all.get(item.key);
    return counts !== undefined && counts.stamp === lintStamp(under, item) && isOfFile(counts, item);
  }

  function show(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const now = frame();
    const known = (now?.dataset.items ?? []).flatMap((item): [string, LintCounts][] => {
      const counts = all.get(item.key);
      return counts !== undefined && now !== null && isTrue(now, item) ? [[item.key, counts]] : [];
    });
    const { lint } = session.getState();
    const isSame = known.length === lint.size && known.every(([key, counts]) => lint.get(key) === counts);
    if (!isSame) session.setState({ lint: new Map(known) });
  }

  function erase(keys: readonly string[]): void {
    const id = project;
    if (id === null || keys.length === 0) return;
    const records = keys.map((key) => lintKey(id, key));
    withBacklog(store)
      .keep([], records)
      .catch((error: unknown) =>
        showInfo(session, "What the rules said of a label before it changed is still kept", storageReason(error)),
      );
  }

  function drop(key: string): void {
    changed.set(key, (changed.get(key) ?? 0) + 1);
    if (!all.delete(key)) return;
    erase([key]);
    show();
  }

  session.subscribe((now, before) => {
    if (now.dataset !== before.dataset || now.exclusions !== before.exclusions) show();
  });
  settings.subscribe((now, before) => {
    const isSame = now.pinholes === before.pinholes && now.specks === before.specks;
    if (!isSame || now.lockedClasses !== before.lockedClasses) show();
  });
  checking.store.subscribe((now, before) => {
    if (now.classes !== before.classes) show();
  });

  return {
    async follow(next) {
      const id = next?.projectId ?? null;
      project = id;
      all = new Map();
      changed = new Map();
      show();
      if (id === null) return;
      const kept = await loadLintCounts(store, id);
      if (project !== id) return;
      const items = new Map(session.getState().dataset?.items.map((item) => [item.key, item]));
      const old: string[] = [];
      for (const [key, counts] of kept) {
        const item = items.get(key);
        // Noted or changed meanwhile: that is newer.
        if (all.has(key)) continue;
        if (changed.has(key) || item === undefined || !isOfFile(counts, item)) old.push(key);
        else all.set(key, counts);
      }
      erase(old);
      show();
    },
    frame,
    isKnown(item) {
      const now = frame();
      return now !== null && isTrue(now, item);
    },
    async note({ key }, counts) {
      if (project === null) return;
      all.set(key, counts);
      timer ??= setTimeout(show, showEvery);
      await store.write([lintRecord(project, key, counts)], []);
    },
    show,
    drop,
    changes: (key) => changed.get(key) ?? 0,
    track({ key, store: state }) {
      const of = project;
      // That work kept for it did not fit its file any more is settled by opening it.
      if (all.get(key)?.failure) drop(key);
      return state.subscribe(({ version }, before) => {
        if (version !== before.version && project === of) drop(key);
      });
    },
  };
}
