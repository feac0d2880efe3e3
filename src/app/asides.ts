import { counted } from "../core/counted";
import type { LabelMap } from "../core/labelMap";
import { backupFolder } from "../dataset/fileSystem";
import { labelOfBytes } from "../dataset/loadLabel";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { WorkingState } from "../document/types";
import { readFileAt } from "../export/saveInPlace";
import { type Aside, asideState, dropAside, loadAsides } from "../project/asides";
import { type AsideChange, type AsidePart, asideChange, labelsOfAside } from "./applyAside";
import { asideText } from "./asideText";
import type { Documents } from "./documents";
import { download, fileName } from "./download";
import type { Images } from "./images";
import type { Services } from "./services";
import type { SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import { announce, showError } from "./tell";
import type { Work } from "./work";

/** What putting work set aside on its image's label would do, or why that cannot be. */
export type AsidePlan =
  | {
      readonly state: "fits";
      /** Where the label lies that it was made for, in the user's words. */
      readonly from: string;
      readonly all: Omit<AsideChange, "region" | "ids">;
      readonly same: Omit<AsideChange, "region" | "ids">;
    }
  /** What its pixels become cannot be told without the label file that it was made for: the user may have it. */
  | { readonly state: "unknown"; readonly why: string }
  | { readonly state: "never"; readonly why: string };

/** Work of the open data set that could not be put on its labels. */
export interface Asides {
  /** The newest first; none where they cannot be read, which is told. */
  list(): Promise<readonly Aside[]>;
  /** As a file with all that was kept. */
  download(aside: Aside): void;
  /** @param file the label file that it was made for, as the user gives it. */
  plan(aside: Aside, file?: Blob): Promise<AsidePlan>;
  /**
   * Puts it on the label as one step, just as the last `plan` said, and opens the image. False, and nothing is done, where the
   * label is another since. The work stays set aside.
   */
  apply(aside: Aside, part: AsidePart): Promise<boolean>;
  /** For good. */
  drop(aside: Aside): Promise<void>;
}

/** A plan and what it was made from. */
interface Planned {
  readonly of: { readonly base: LabelMap; readonly made: LabelMap };
  readonly plan: Extract<AsidePlan, { readonly state: "fits" }>;
}

export function createAsides(
  { store, decoder }: Pick<Services, "store" | "decoder">,
  session: SessionStore,
  settings: SettingsStore,
  documents: Pick<Documents, "documentFor" | "edit" | "hold" | "trim">,
  images: Pick<Images, "open">,
  work: Pick<Work, "current">,
): Asides {
  /** By aside. */
  const planned = new Map<string, Planned>();

  async function tried<T>(title: string, run: (projectId: string) => Promise<T>): Promise<T | null> {
    const id = work.current()?.projectId;
    try {
      return id === undefined ? null : await run(id);
    } catch (error) {
      showError(session, title, error);
      return null;
    }
  }

  /** Looks for the label that the work was made for. */
  async function baseOf(dataset: Dataset, item: DatasetItem, state: WorkingState, given: Blob | undefined) {
    const found = (from: string, base: LabelMap | null) => {
      const made = base && labelsOfAside(state, base);
      return base && made && { from, of: { base, made } };
    };
    if (given !== undefined) {
      const bytes = new Uint8Array(await given.arrayBuffer());
      return found("the file you chose", await labelOfBytes(dataset, item, bytes, decoder));
    }
    const { document } = await documents.documentFor(dataset, item);
    const own = found("the label file", document.saved());
    if (own !== null || dataset.root === undefined) return own;
    const copy = await readFileAt(dataset.root, `${backupFolder}/${item.labelPath}`);
    return copy && found("the copy in .maskmend-backup", await labelOfBytes(dataset, item, copy, decoder));
  }

  async function planFor(aside: Aside, file?: Blob): Promise<AsidePlan> {
    planned.delete(aside.id);
    const { dataset } = session.getState();
    const item = dataset?.items.find(({ key }) => key === aside.imageKey);
    if (!dataset || item === undefined) return { state: "never", why: "The image is not in this data set." };
    const state = asideState(aside);
    if (state === null) return { state: "never", why: "The record cannot be read." };
    if (state.width !== item.width || state.height !== item.height) {
      const why = `It was made for a label of ${state.width} x ${state.height} px, and this one has ${item.width} x ${item.height}: which pixels would be meant cannot be told.`;
      return { state: "never", why };
    }
    const base = await baseOf(dataset, item, state, file);
    if (base === null || base === undefined) {
      if (dataset.annotations)
        return { state: "never", why: "The annotations it was made for are not there any more." };
      return { state: "unknown", why: file === undefined ? unknownBase : otherBase };
    }
    const { document } = await documents.documentFor(dataset, item);
    const counts = (part: AsidePart) => {
      const { pixels, differing } = asideChange(document.labels, base.of, settings.getState().lockedClasses, part);
      return { pixels, differing };
    };
    const plan = { state: "fits", from: base.from, all: counts("all"), same: counts("same") } as const;
    planned.set(aside.id, { of: base.of, plan });
    return plan;
  }

  async function apply(aside: Aside, part: AsidePart): Promise<boolean> {
    const { dataset } = session.getState();
    const index = dataset?.items.findIndex(({ key }) => key === aside.imageKey) ?? -1;
    const autosave = work.current();
    const now = planned.get(aside.id);
    if (dataset === null || index < 0 || now === undefined) return false;
    const item = dataset.items[index];
    const release = documents.hold(item.key);
    try {
      const { document } = await documents.edit(dataset, item);
      if (work.current() !== autosave) return false;
      const locked = settings.getState().lockedClasses;
      document.setLocked(locked);
      const change = asideChange(document.labels, now.of, locked, part);
      const { pixels, differing } = now.plan[part];
      if (change.pixels !== pixels || change.differing !== differing) return false;
      document.edit("Apply work set aside", (edit) => edit.setLabels(change.region, change.ids));
      await autosave?.flush();
      await images.open(index);
      announce(
        session,
        `${counted(pixels, "pixel")} of ${item.name} ${pixels === 1 ? "was" : "were"} changed; Undo takes it back`,
      );
      return true;
    } finally {
      release();
      documents.trim(item.key);
    }
  }

  return {
    list: async () => (await tried("Work set aside could not be read", (id) => loadAsides(store, id))) ?? [],
    download(aside) {
      const name =
        aside.imageKey
          .split("/")
          .at(-1)
          ?.replace(/\.[^.]+$/, "") ?? "";
      download(`${fileName(name)}-set-aside.json`, new Blob([asideText(aside)], { type: "application/json" }));
    },
    async plan(aside, file) {
      const failed = { state: "never", why: "The label cannot be read." } as const;
      return (await tried("Work set aside could not be compared", () => planFor(aside, file))) ?? failed;
    },
    apply: async (aside, part) =>
      (await tried("Work set aside could not be applied", () => apply(aside, part))) ?? false,
    async drop({ id }) {
      await tried("Work set aside could not be dropped", (projectId) => dropAside(store, projectId, id));
    },
  };
}

const unknownBase =
  "It says which pixels were changed; what they became can be told only with the label file as it was then. Choose that file, if you have it.";
const otherBase = "That is not the label file that this work was made for.";
