import { mergeClasses } from "../core/classTable";
import { loadLabel } from "../dataset/loadLabel";
import type { Dataset, DatasetItem } from "../dataset/types";
import { createDocument } from "../document/document";
import type { Autosave } from "../project/autosave";
import { openSuggestions } from "../review/queue";
import { suggestionTraits } from "../review/suggestions";
import type { OpenDocument } from "../review/types";
import type { Live } from "./live";
import { loadPhoto, workImage } from "./photo";
import type { Services } from "./services";
import { announce, type OpenImage, type SessionStore, showError } from "./session";
import type { SettingsStore } from "./settings";

/** Documents kept in memory with their history: going back to an image brings its undo steps back too. */
const keptDocuments = 6;

export interface Images {
  /** Forgets all documents and follows another data set (or none). */
  follow(autosave: Autosave | null): Promise<void>;
  open(index: number): Promise<void>;
  /** The next (1) or previous (-1) image. */
  step(direction: 1 | -1): void;
  /** The next image that was not opened yet or has undecided suggestions. */
  nextUnreviewed(): void;
  /** The document of an item if it is in memory. */
  documentOf(key: string): OpenDocument | null;
}

export function createImages(
  services: Services,
  session: SessionStore,
  settings: SettingsStore,
  live: Live,
  opened: (key: string) => void,
): Images {
  let documents = new Map<string, { readonly document: OpenDocument; readonly stop: () => void }>();
  /** Two requests for one image must not make two documents of it: edits in one would be lost to the other. */
  let loading = new Map<string, Promise<OpenDocument>>();
  let autosave: Autosave | null = null;
  let newest = 0;

  function track(document: OpenDocument): () => void {
    const { store, key } = document;
    const note = (): void => {
      const { changedPixels, proposal } = store.getState();
      const undecided = openSuggestions(proposal).length;
      const before = session.getState().imageStates.get(key);
      if (before?.changedPixels === changedPixels && before.undecided === undecided) return;
      session.setState(({ imageStates }) => ({
        imageStates: new Map(imageStates).set(key, { changedPixels, undecided, kept: false }),
      }));
    };
    note();
    return store.subscribe(note);
  }

  function documentFor(dataset: Dataset, item: DatasetItem): Promise<OpenDocument> {
    const { key } = item;
    const known = documents.get(key);
    if (known !== undefined) {
      documents.delete(key);
      documents.set(key, known);
      return Promise.resolve(known.document);
    }
    const [current, under] = [documents, loading];
    const made = under.get(key) ?? makeDocument(dataset, item, () => current === documents);
    under.set(key, made);
    return made.finally(() => under.delete(key));
  }

  /** @param isWanted false once another data set is followed: its documents may have the same keys. */
  async function makeDocument(dataset: Dataset, item: DatasetItem, isWanted: () => boolean): Promise<OpenDocument> {
    const saving = autosave;
    const { labels, classes } = await loadLabel(dataset, item, services.decoder);
    const made = { key: item.key, classes, labels, traits: suggestionTraits };
    const working = (await saving?.load(item.key)) ?? null;
    let document: OpenDocument;
    try {
      document = createDocument({ ...made, ...(working === null ? {} : { working }) });
    } catch (error) {
      // The file changed since the work was kept: the file wins, and the user is told.
      showError(session, `Earlier work on ${item.name} could not be restored`, error);
      document = createDocument(made);
    }
    if (!isWanted()) return document;
    const stops = [track(document), saving?.watch(document)];
    const stop = (): void => {
      for (const one of stops) one?.();
    };
    documents.set(item.key, { document, stop });
    return document;
  }

  function trim(open: string): void {
    for (const [key, { stop }] of documents) {
      if (documents.size <= keptDocuments) return;
      if (key === open) continue;
      stop();
      documents.delete(key);
    }
  }

  async function load(dataset: Dataset, item: DatasetItem): Promise<OpenImage> {
    const [document, photo] = await Promise.all([documentFor(dataset, item), loadPhoto(item)]);
    document.setLocked(settings.getState().lockedClasses);
    return { item, document, photo };
  }

  async function open(index: number): Promise<void> {
    const { dataset } = session.getState();
    const item = dataset?.items[index];
    if (dataset === null || item === undefined) return;
    const mine = ++newest;
    live.cancel();
    session.setState({ busy: `Opening ${item.name}` });
    try {
      await autosave?.flush();
      const image = await load(dataset, item);
      if (mine !== newest) return image.photo?.close();
      // What was drawn on the image before while this one was loading.
      live.cancel();
      const before = session.getState().image;
      const selected = openSuggestions(image.document.store.getState().proposal)[0]?.id ?? null;
      const classes = mergeClasses(dataset.classes, image.document.classes);
      session.setState({ image, index, classes, selected, pointer: null });
      const { classId } = settings.getState();
      const paintable = classes.find(({ ignored }) => !ignored);
      if (!classes.some(({ id }) => id === classId)) settings.setState({ classId: paintable?.id ?? 0 });
      before?.photo?.close();
      services.client.setImage(workImage(item, image.photo));
      trim(item.key);
      opened(item.key);
      announce(session, `${item.name}, image ${index + 1} of ${dataset.items.length}`);
    } catch (error) {
      if (mine === newest) showError(session, `${item.name} could not be opened`, error);
    } finally {
      if (mine === newest) session.setState({ busy: null });
    }
  }

  return {
    open,
    async follow(next) {
      live.cancel();
      for (const { stop } of documents.values()) stop();
      documents = new Map();
      loading = new Map();
      newest += 1;
      autosave = next;
      const { image } = session.getState();
      session.setState({ image: null, index: -1, imageStates: new Map(), selected: null });
      // Only now: while it is in the session it is drawn.
      image?.photo?.close();
      try {
        const kept = (await next?.keys()) ?? [];
        const imageStates = new Map(kept.map((key) => [key, { changedPixels: 0, undecided: 0, kept: true }]));
        session.setState({ imageStates });
      } catch (error) {
        showError(session, "Earlier work could not be read from this browser", error);
      }
    },
    step(direction) {
      const { dataset, index } = session.getState();
      const next = index + direction;
      if (dataset === null || next < 0 || next >= dataset.items.length) {
        return announce(session, direction > 0 ? "This is the last image" : "This is the first image");
      }
      void open(next);
    },
    nextUnreviewed() {
      const { dataset, index, imageStates } = session.getState();
      const items = dataset?.items ?? [];
      for (let step = 1; step < items.length; step++) {
        const at = (index + step) % items.length;
        const state = imageStates.get(items[at].key);
        if (state === undefined || state.undecided > 0) return void open(at);
      }
      announce(session, "Every image was looked at");
    },
    documentOf: (key) => documents.get(key)?.document ?? null,
  };
}
