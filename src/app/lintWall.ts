import { createStore, type StoreApi } from "zustand/vanilla";
import type { DecidedAct, DecidedPart } from "../project/decidedActs";
import { type LintCounts, ruleCount } from "../review/lint/lintCounts";
import { groupCount, groupRegion } from "../review/lint/pixelGroups";
import type { RuleName } from "../review/lint/types";
import { inEachImage, stands, takeActBack, tellOfAct, troublesOf, whyNotMany } from "./bulkRun";
import { actionText, doneText, type Taken } from "./checkTexts";
import type { DecisionLog } from "./decisionLog";
import { createLatest } from "./latest";
import { changedText, type FixParts, fix, pixelOf, previewFix } from "./lintFix";
import type { Linting } from "./linting";
import type { LintKept } from "./lintKept";
import { createLook } from "./lintLook";
import { drawPlaces, imagesOf, type LintEntry } from "./lintPlaces";
import type { Live } from "./live";
import type { QueueImages } from "./queueImages";
import type { Services } from "./services";
import type { OpenImage, SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import { summaryOf } from "./summaries";
import { imageCount, pixels } from "./summary";
import { announce, showInfo } from "./tell";
import type { Work } from "./work";

/** What a rule's action would do in all images; `counted` of `waiting` images are in it so far. */
interface LintPreview extends Taken {
  readonly images: number;
  readonly counted: number;
  readonly waiting: number;
}

/** Places of a rule across images, drawn at random. */
export interface LintWallOf {
  readonly rule: RuleName;
  readonly entries: readonly LintEntry[];
  readonly seed: number;
  readonly preview: LintPreview;
}

interface LintWallState {
  readonly wall: LintWallOf | null;
  /** By `placesOf`: what the action leaves alone, among what is not shown too, by the pixels that name the places. */
  readonly leftOut: ReadonlyMap<string, ReadonlySet<number>>;
  /** The pixels that name the places shown, as far as they were drawn. */
  readonly pixels: ReadonlyMap<LintEntry, number>;
  /** An action can be taken back. */
  readonly undoable: boolean;
}

/** All that one rule finds in the images of the data set: places to judge it by, and its one action. */
export interface LintWall {
  readonly store: StoreApi<LintWallState>;
  open(rule: RuleName): void;
  /** It closes by itself when the queue is left. */
  close(): void;
  /** Shows other places. */
  others(): void;
  /** Leaves a place out of the action, or takes it back in. */
  toggle(entry: LintEntry): Promise<void>;
  /** Takes all that the rule found back in. */
  takeAll(): void;
  /** Does in every image what the rule proposes, but for what is left out; one undo step an image. */
  apply(): Promise<void>;
  /** Takes the newest action back, in all its images. */
  undo(): Promise<void>;
  /** The actions, also of earlier visits. */
  readonly acts: DecisionLog["store"];
  /** Takes an action back, in all its images. */
  takeBack(act: DecidedAct): Promise<void>;
  /** What an entry would change in its image; null where its label changed since. */
  changeOf(image: OpenImage, entry: LintEntry): Promise<ReturnType<typeof groupRegion> | null>;
}

const nothing: Taken = { count: 0, pixels: 0, of: 0, to: new Set() };
/** Stands for several classes. */
const several: ReadonlySet<number> = new Set([-1, -2]);
const none: ReadonlySet<number> = new Set();

/** Names the places of a rule in an image. */
export function placesOf({ key, rule }: Pick<LintEntry, "key" | "rule">): string {
  return `${key}\n${rule}`;
}

export function createLintWall(
  { linter }: Pick<Services, "linter">,
  session: SessionStore,
  settings: SettingsStore,
  images: QueueImages,
  kept: Pick<LintKept, "frame" | "show">,
  linting: Pick<Linting, "renew">,
  live: Pick<Live, "strokeEnded">,
  work: Pick<Work, "current">,
  log: DecisionLog,
): LintWall {
  const fresh: LintWallState = { wall: null, leftOut: new Map(), pixels: new Map(), undoable: false };
  const store = createStore<LintWallState>(() => fresh);
  const look = createLook(linter);
  const parts: FixParts = { session, images, live, frame: kept.frame, look };
  const facts = { session, images, work };
  const counting = createLatest();
  /** What was counted of images of which places are left out, as long as that is the same. */
  const known = new Map<string, { readonly of: readonly unknown[]; readonly taken: Taken }>();
  let datasetId: string | null = null;

  const isRunning = (): boolean => session.getState().changingMany !== null;
  const leftOutOf = (key: string, rule: RuleName): ReadonlySet<number> =>
    store.getState().leftOut.get(placesOf({ key, rule })) ?? none;

  function put(change: Partial<LintWallOf>): void {
    const { wall } = store.getState();
    if (wall === null) return;
    store.setState({ wall: { ...wall, ...change } });
    if (!isRunning()) void count();
  }

  function refresh(): void {
    const { wall } = store.getState();
    if (wall === null || isRunning()) return;
    const entries = drawPlaces(imagesOf(session.getState(), wall.rule), wall.rule, wall.seed, wall.entries);
    const shown = new Set(entries);
    store.setState(({ pixels: named }) => ({ pixels: new Map([...named].filter(([entry]) => shown.has(entry))) }));
    put({ entries });
  }

  /** Adds up what the action would change; only images of which places are left out are looked at for it. */
  async function count(): Promise<void> {
    const signal = counting.start();
    const { wall } = store.getState();
    if (wall === null) return;
    const { rule } = wall;
    const all = imagesOf(session.getState(), rule);
    const waiting = [...all].filter(([key]) => leftOutOf(key, rule).size > 0);
    let sum: Taken & { readonly images: number } = { ...nothing, images: 0 };
    const add = (taken: Taken): void => {
      sum = {
        count: sum.count + taken.count,
        pixels: sum.pixels + taken.pixels,
        of: sum.of + taken.of,
        to: new Set([...sum.to, ...taken.to]),
        images: sum.images + (taken.count > 0 ? 1 : 0),
      };
    };
    const show = (counted: number): void => {
      const now = store.getState().wall;
      if (now === null || signal.aborted) return;
      store.setState({ wall: { ...now, preview: { ...sum, counted, waiting: waiting.length } } });
    };
    for (const [key, counts] of all) if (leftOutOf(key, rule).size === 0) add(takenAll(counts, rule));
    for (const [at, [key, counts]] of waiting.entries()) {
      const leftOut = leftOutOf(key, rule);
      const of = [counts, leftOut, rule];
      const before = known.get(key);
      const isKnown = before?.of.every((one, i) => one === of[i]) === true;
      if (!isKnown) show(at);
      const taken = isKnown ? before.taken : await previewFix(parts, { key, rule, leftOut }).catch(() => nothing);
      if (signal.aborted) return;
      known.set(key, { of, taken });
      add(taken);
    }
    show(waiting.length);
    counting.end(signal);
  }

  async function apply(): Promise<void> {
    const { wall } = store.getState();
    if (wall === null) return;
    const { rule, preview } = wall;
    // What it changes is to be seen before it is done.
    if (preview.counted < preview.waiting) return announce(session, "What it changes is still being counted.");
    const all = imagesOf(session.getState(), rule);
    const frame = kept.frame();
    if (preview.count === 0 || frame === null) return announce(session, "Nothing to change.");
    const { dataset } = session.getState();
    const text = doneText(actionText(rule, preview, settings.getState(), dataset?.classes ?? []));
    const why = whyNotMany(session);
    if (why !== null) return announce(session, why);
    counting.abort();
    const open = log.begin(text, all.size);
    const done: DecidedPart[] = [];
    let [changed, count] = [0, 0];
    const act = async (key: string): Promise<void> => {
      const { lint, summaries } = session.getState();
      if (kept.frame() !== frame || lint.get(key) !== all.get(key) || summaryOf(summaries, key).excluded) {
        throw new Error(changedText);
      }
      const counted = ruleCount(all.get(key), rule)?.count ?? 0;
      const fixed = await fix(parts, { key, rule, leftOut: leftOutOf(key, rule) }, counted);
      if (fixed === null) return;
      changed += fixed.pixels;
      count += fixed.taken.count;
      const part = { key, record: fixed.record, findings: fixed.taken.count };
      done.push(part);
      open.add(part);
    };
    const outcome = await inEachImage(facts, "Changing", [...all.keys()], act);
    const isWhole = count === preview.count && changed === preview.pixels;
    const part = isWhole ? "" : `${count.toLocaleString("en")} of these: `;
    const details = [`${part}${pixels(changed)} in ${imageCount(done.length)}.`, ...troublesOf(outcome)].join(" ");
    const entry = open.end(text);
    if (entry === null) showInfo(session, "Nothing was changed", details);
    else tellOfAct(session, `${text}.`, details, () => void takeBack(entry), stands(log, entry));
    renew(done);
  }

  async function takeBack(act: DecidedAct): Promise<void> {
    const taken = await takeActBack(facts, log, act, () => void takeBack(act));
    if (taken !== null) renew(act.parts);
  }

  function close(): void {
    counting.abort();
    known.clear();
    store.setState({ wall: null });
  }

  /** Looks again at what was changed. */
  function renew(those: readonly DecidedPart[]): void {
    linting.renew(those.map(({ key }) => key));
  }

  const tellUndoable = (): void => store.setState({ undoable: log.newest() !== null });
  log.store.subscribe(tellUndoable);
  tellUndoable();

  session.subscribe((now, before) => {
    const id = now.dataset?.id ?? null;
    if (id !== datasetId) {
      datasetId = id;
      counting.abort();
      known.clear();
      store.setState(({ undoable }) => ({ ...fresh, undoable }));
    } else if (now.view !== before.view && before.view === "queue") close();
    else if (now.lint !== before.lint || now.summaries !== before.summaries) refresh();
    else if (before.changingMany !== null && now.changingMany === null) refresh();
  });

  return {
    store,
    open(rule) {
      const why = whyNotMany(session);
      if (why !== null) return announce(session, why);
      kept.show();
      known.clear();
      const entries = drawPlaces(imagesOf(session.getState(), rule), rule, 1);
      const preview = { ...nothing, images: 0, counted: 0, waiting: 1 };
      store.setState({ wall: { rule, entries, seed: 1, preview }, pixels: new Map() });
      void count();
    },
    close,
    others() {
      const { wall } = store.getState();
      if (wall === null) return;
      const seed = wall.seed + 1;
      put({ seed, entries: drawPlaces(imagesOf(session.getState(), wall.rule), wall.rule, seed) });
    },
    async toggle(entry) {
      if (isRunning()) return;
      const pixel = store.getState().pixels.get(entry) ?? (await pixelOf(parts, entry, entry.group).catch(() => null));
      const { lint } = session.getState();
      if (pixel === null || lint.get(entry.key) !== entry.counts || isRunning()) {
        return announce(session, "Its label changed. Try again in a moment.");
      }
      const own = new Set(leftOutOf(entry.key, entry.rule));
      const wasOut = own.delete(pixel);
      if (!wasOut) own.add(pixel);
      store.setState(({ leftOut, pixels: named }) => ({
        leftOut: new Map(leftOut).set(placesOf(entry), own),
        pixels: new Map(named).set(entry, pixel),
      }));
      put({});
      announce(session, wasOut ? "Taken back in" : "Left out");
    },
    takeAll() {
      const { wall } = store.getState();
      if (wall === null || isRunning()) return;
      store.setState(({ leftOut }) => ({
        leftOut: new Map([...leftOut].filter(([places]) => !places.endsWith(`\n${wall.rule}`))),
      }));
      put({});
    },
    apply,
    async undo() {
      const act = log.newest();
      if (act === null) return announce(session, "There is no change by a rule to undo.");
      await takeBack(act);
    },
    acts: log.store,
    takeBack,
    async changeOf(image, entry) {
      const { rule, group, key, counts } = entry;
      const frame = kept.frame();
      if (frame === null || session.getState().lint.get(key) !== counts) return null;
      const groups = (await look(frame, image)).rules.find((one) => one.rule === rule)?.groups;
      if (groups === undefined || groupCount(groups) !== ruleCount(counts, rule)?.count) return null;
      const pixel = groups.pixels[groups.starts[group]];
      store.setState(({ pixels: named }) => (named.has(entry) ? {} : { pixels: new Map(named).set(entry, pixel) }));
      return groupRegion(groups, group, image.document.width);
    },
  };
}

function takenAll(counts: LintCounts, rule: RuleName): Taken {
  const one = ruleCount(counts, rule);
  if (one === undefined) return nothing;
  return { count: one.count, pixels: one.pixels, of: one.count, to: one.to === null ? several : new Set([one.to]) };
}
