import { createStore, type StoreApi } from "zustand/vanilla";
import { type ClassInfo, type ClassTable, mergeClasses } from "../core/classTable";
import type { Rect } from "../core/rect";
import type { Region } from "../core/region";
import type { Turns } from "../dataset/turns";
import type { Dataset, DatasetItem, Problem } from "../dataset/types";
import type { PictureWindow } from "../formats/deepPicture";
import { noChoices, type ReadingChoices } from "../formats/questions";
import type { ReturnedClasses } from "../project/classSlice";
import type { ScanOutcome, ScanRecord } from "../project/scans";
import { type Exclusions, excludedIn } from "../review/exclusions";
import type { Decided } from "../review/feedback";
import { type ImageFilter, type ImageSort, noFilter } from "../review/imageFilter";
import type { ImageSummary } from "../review/imageSummary";
import type { LintCounts } from "../review/lint/lintCounts";
import { asItStands, type StandingRule } from "../review/standing";
import type { OpenDocument, SuggestionSet } from "../review/types";
import type { EngineStatus } from "../worker/inferenceClient";
import type { ConflictQuestion } from "./exchange/conflicts";
import type { ImportOutcome } from "./exchange/outcome";
import { feedbackOn } from "./feedbackOn";
import type { Settings } from "./settings";
import type { SupportState } from "./supportState";
import { noTiles, type Tiles } from "./tiles";
import type { RunTimes, SearchTimes } from "./times";

/** How an image stands, for the list of images. */
export interface ImageState {
  /**
   * Its label differs from the one before all that was done to it, whatever was saved since; null: that is not known yet of work
   * that an earlier version kept.
   */
  readonly changed: boolean | null;
  /** Rows of suggestions not decided yet; null where that is not known before the image is opened. */
  readonly undecided: number | null;
  /** Work from an earlier visit lies ready. */
  readonly kept: boolean;
}

/** `message` of the session is the newest; each is shown when it is set. */
export interface Message {
  readonly kind: "info" | "error";
  readonly title: string;
  readonly text: string;
  /** What it is about, where what is told of that later takes its place; else only the same words do. */
  readonly about?: string;
  /** It is of the app, whatever data set is open; else it goes when another is opened. */
  readonly isOfApp?: true;
  /** Whether it is still true: it goes once it is not. */
  readonly holds?: (session: Session) => boolean;
  /** A button in it, pressed once; the message stays until it is closed then. */
  readonly action?: { readonly label: string; run(): void };
}

/** What fills the window while a data set is open: all its images, the open one, or finds of all one after the other. */
export type View = "dataset" | "editor" | "queue";

/** The open image: its document and its picture. `photo` is null for a label without an image. */
export interface OpenImage {
  readonly item: DatasetItem;
  readonly document: OpenDocument;
  /** What the data set's class table lacks in this label, as classes of their own. */
  readonly unknown: ClassTable;
  readonly photo: ImageBitmap | null;
  /** What a picture of 16 bits a sample is shown from and to. */
  readonly photoWindow?: PictureWindow | null;
}

/** How far looking for errors is, in words ("Scanning: 3 of 8 windows, about 6 s left") and as a share, 0..1. */
interface FindProgress {
  readonly text: string;
  readonly share: number;
}

/** What is being exported or saved, in words ("Exporting 412/5,000, about 2 min left"). */
interface ExportProgress {
  readonly text: string;
  readonly verb: "Exporting" | "Saving";
}

/** A yes-or-no question, or one with a second way to say yes; `answer` is called once. */
export interface Question {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly other?: string;
  readonly answer: (answer: boolean | "other") => void;
}

/** What changes labels of many images one after the other ("Accepting in 12 images"), and how far it is. */
interface ChangingMany {
  readonly text: string;
  readonly done: number;
  readonly total: number;
  /** Ends it after the image that it is at. */
  stop(): void;
}

/** A search of many images, as it stands. */
export interface Scan {
  readonly record: ScanRecord;
  /** What became of images that are done, by key: null, or why one could not be searched. */
  readonly outcomes: ReadonlyMap<string, ScanOutcome>;
}

/** What the scan that runs is doing, in the user's words, and milliseconds to its end, null where that is not known yet. */
export interface ScanProgress {
  readonly id: string;
  readonly text: string;
  readonly leftMs: number | null;
}

/** A look at many labels with the rules, as it stands. */
interface LintRun {
  /** All that it is about, looked at or not. */
  readonly keys: readonly string[];
  readonly state: "running" | "paused";
  /** Milliseconds to its end, null where that is not known. */
  readonly leftMs: number | null;
}

/** Images by key: those the user selected, and those a filter lets through. */
export interface ScanMeant {
  readonly selected?: readonly string[];
  readonly filtered?: readonly string[];
}

/** A class to be deleted, and the labels that hold it. */
export interface DeletedClass {
  readonly info: ClassInfo;
  /** Pixels of it in the open image. */
  readonly pixels: number;
  /** The other images that hold it, by their place in the data set, with its pixels in each. */
  readonly elsewhere: readonly { readonly name: string; readonly index: number; readonly pixels: number }[];
}

type Dialog =
  | "asides"
  | "self-check"
  | "scan"
  | "imported"
  | "scans"
  | "acts"
  | "report"
  | "export-as"
  | "keys"
  | "about"
  | "settings"
  | "change-keys";

/** A data set that was open, as the start screen offers it. */
export interface RecentProject {
  readonly id: string;
  readonly name: string;
  readonly kind: "sample" | "directory" | "files";
  /** Name of its first image, and how many it has; undefined where that is not known. */
  readonly images: { readonly first: string; readonly count: number } | undefined;
  /** When it was opened last, milliseconds since 1970. */
  readonly at: number;
  /** Images with work kept in this browser. */
  readonly worked: number;
  /** Whether it can be opened from here; else its files must be opened again. */
  readonly resumable: boolean;
}

/** "temporary": kept until the tab is closed, where the browser forbids more. "elsewhere": another tab keeps it. */
export type SavedState = "saved" | "temporary" | "pending" | "saving" | "failed" | "elsewhere";

/** Why the open data set can only be looked at: another tab edits it; it is closed there, but what is shown is old. */
type ReadOnly = "elsewhere" | "closed";

/** Outlines on the canvas. */
export interface Marks {
  readonly regions: readonly Region[];
  readonly current: Region | null;
}

/** What is open and how it stands. Values are replaced, never mutated. */
export interface Session {
  readonly dataset: Dataset | null;
  readonly view: View;
  /** Which images are shown in the data set view and the list of images, and in what order. */
  readonly filter: ImageFilter;
  readonly sort: ImageSort;
  readonly tiles: Tiles;
  /** Why images cannot be shown, by key, as far as that was tried. */
  readonly unreadable: ReadonlyMap<string, string>;
  readonly index: number;
  readonly image: OpenImage | null;
  /** What the app is doing, for example "Reading 120 files"; null when nothing. */
  readonly busy: string | null;
  readonly problems: readonly Problem[];
  /** How the user wants the open files to be read. */
  readonly choices: ReadingChoices;
  /** The bar that says how they were read was closed. */
  readonly readingDismissed: boolean;
  readonly message: Message | null;
  /** The newest announcement for screen readers; `no` makes repeats audible. */
  readonly announcement: { readonly no: number; readonly text: string };
  /** The selected suggestion's id. */
  readonly selected: number | null;
  /** Where the suggestion lies that the user went to, image px; a new value each time, so that going there again counts. */
  readonly lookAt: Rect | null;
  /** What a rule of the checks would change, outlined on the canvas; null while the checks are not looked at. */
  readonly marks: Marks | null;
  /** Candidates shown on the canvas in place of the rows under review, only to look at; null while none are. */
  readonly previewed: SuggestionSet | null;
  /** The user chose it: it is followed through refined sets, which else start at the top. */
  readonly selectedByUser: boolean;
  /** The menu of other classes for the selected suggestion is open. */
  readonly choosingClass: boolean;
  readonly engine: EngineStatus;
  /** Null while nothing is looked for. */
  readonly finding: FindProgress | null;
  /** Null while nothing is exported or saved. */
  readonly exporting: ExportProgress | null;
  /** Null while none does. What is written meanwhile would hold some of it. */
  readonly changingMany: ChangingMany | null;
  /** How many photographs of a large data set were looked at, of those left when it was listed; null: all are seen. */
  readonly photographsLeft: { readonly done: number; readonly total: number } | null;
  /** Searches of many images of the data set, the oldest first. */
  readonly scans: readonly Scan[];
  /** Null while none runs. */
  readonly scanning: ScanProgress | null;
  /** What the rules say of labels, by image key: of those only that are as they were looked at. */
  readonly lint: ReadonlyMap<string, LintCounts>;
  /** Null while labels are neither looked at nor wait for it. */
  readonly lintRun: LintRun | null;
  /** Images that a new scan may be meant for beside all, as its sheet was opened. */
  readonly scanMeant: ScanMeant;
  /** How far an import is; null while none runs. */
  readonly exchange: FindProgress | null;
  /** What the last import brought, where that needs a report. */
  readonly imported: ImportOutcome | null;
  /** Images that an import and the user worked on, while it waits for what becomes of them. */
  readonly conflicts: ConflictQuestion | null;
  /** Null where the model cannot be told what other images show, or is not to be. */
  readonly support: SupportState | null;
  /** Classes the user deleted from the open data set, as they were. */
  readonly removedClasses: ClassTable;
  /** Those of them that came back since: the very step that brought one back takes it away again. */
  readonly returnedClasses: ReturnedClasses;
  /** The class that is asked about before it is deleted: labels hold it. */
  readonly deleting: DeletedClass | null;
  /** What is not to be judged in images of the open data set. */
  readonly exclusions: Exclusions;
  /** Photographs of the data set that the user turned; its items hold the outcome. */
  readonly turns: Turns;
  /** How long what was last finished took, a reconstruction also as far as it came; null where nothing was. */
  readonly lastRun: RunTimes | null;
  readonly lastSearch: SearchTimes | null;
  /** Null: it can be edited. */
  readonly readOnly: ReadOnly | null;
  readonly saved: SavedState;
  readonly savedDetail: string;
  readonly imageStates: ReadonlyMap<string, ImageState>;
  /** What is known of images without opening them, by key; nothing of those nobody looked at (`summaryOf`). */
  readonly summaries: ReadonlyMap<string, ImageSummary>;
  /** What was decided of things found in images of the data set, as far as it is known; not to be read for the open one. */
  readonly decided: Decided;
  /** The newest first. */
  readonly recent: readonly RecentProject[];
  readonly dialog: Dialog | null;
  readonly question: Question | null;
  /** The pixel under the pointer. */
  readonly pointer: { readonly x: number; readonly y: number } | null;
  /** The pixel that the keyboard's crosshair stands on; null while it is off. */
  readonly crosshair: { readonly x: number; readonly y: number; readonly penDown: boolean } | null;
  readonly zoom: number;
  /** The data set is our sample: first-run hints apply. */
  readonly isSample: boolean;
}

export type SessionStore = StoreApi<Session>;

const emptySession: Session = {
  dataset: null,
  view: "editor",
  filter: noFilter,
  sort: "name",
  tiles: noTiles,
  unreadable: new Map(),
  index: -1,
  image: null,
  busy: null,
  problems: [],
  choices: noChoices,
  readingDismissed: false,
  message: null,
  announcement: { no: 0, text: "" },
  selected: null,
  lookAt: null,
  marks: null,
  previewed: null,
  selectedByUser: false,
  choosingClass: false,
  engine: { state: "loading", stage: "engine", progress: 0 },
  finding: null,
  exporting: null,
  changingMany: null,
  photographsLeft: null,
  scans: [],
  scanning: null,
  lint: new Map(),
  lintRun: null,
  scanMeant: {},
  exchange: null,
  imported: null,
  conflicts: null,
  support: null,
  removedClasses: [],
  returnedClasses: new Map(),
  deleting: null,
  exclusions: [],
  turns: new Map(),
  ...{ lastRun: null, lastSearch: null, pointer: null, crosshair: null },
  readOnly: null,
  saved: "saved",
  savedDetail: "",
  imageStates: new Map(),
  summaries: new Map(),
  decided: new Map(),
  recent: [],
  dialog: null,
  question: null,
  zoom: 1,
  isSample: false,
};

export function createSession(): SessionStore {
  return createStore<Session>(() => emptySession);
}

const tables = new WeakMap<ClassTable, WeakMap<ClassTable, ClassTable>>();

/**
 * The class table: the data set's as the user named and coloured it, with what is unknown in the open label. The same value
 * as long as both are the same.
 */
export function classesOf({
  dataset,
  image,
}: Pick<Session, "dataset"> & { readonly image: Pick<OpenImage, "unknown"> | null }): ClassTable {
  const own = dataset?.classes ?? noClasses;
  const unknown = image?.unknown ?? noClasses;
  const known = tables.get(own) ?? new WeakMap<ClassTable, ClassTable>();
  tables.set(own, known);
  const table = known.get(unknown) ?? mergeClasses(own, unknown);
  known.set(unknown, table);
  return table;
}

const noClasses: ClassTable = [];

/** A set of the open document with what accepting its rows would change now, as decisions rank it. */
export function standing(
  session: Pick<Session, "dataset" | "image" | "decided" | "exclusions">,
  settings: Pick<Settings, "voidPolicy" | "feedback">,
  set: SuggestionSet | null,
): SuggestionSet | null {
  if (session.image === null || set === null) return null;
  const { document } = session.image;
  return asItStands(document, set, standingRule(session, settings), feedbackOn(document, set, session, settings));
}

/** What suggestions of the open image may change. */
export function standingRule(
  session: Pick<Session, "dataset" | "image" | "exclusions">,
  settings: Pick<Settings, "voidPolicy">,
): StandingRule {
  const excluded = session.image === null ? null : excludedIn(session.exclusions, session.image.document);
  return { policy: settings.voidPolicy, classes: classesOf(session), excluded };
}
