import { mergeClasses } from "../core/classTable";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { FindRequest, FindResult } from "../find/types";
import type { ScanOptions } from "../project/scans";
import { excludedIn } from "../review/exclusions";
import { makeFindRequest } from "../review/request";
import type { OpenDocument } from "../review/types";
import type { WorkImage } from "../window/workImage";
import type { FindOptions, InferenceClient } from "../worker/inferenceClient";
import type { Documents, WorkedLabel } from "./documents";
import type { SessionStore } from "./session";
import type { SettingsStore } from "./settings";

/** What a search of an image that need not be open works with. */
export interface ScanParts {
  readonly client: Pick<InferenceClient, "scan">;
  readonly session: SessionStore;
  readonly settings: SettingsStore;
  readonly documents: Pick<Documents, "documentFor">;
  readonly picture: (item: DatasetItem) => Promise<WorkImage>;
}

/** What was found in an image, and whether that still speaks of a document of it. */
export interface Searched {
  readonly result: FindResult;
  /** The document's label and the data set's classes are still those that were searched. */
  isOf(document: OpenDocument, dataset: Dataset): boolean;
}

/**
 * The label of an item as it was worked on, to be looked at in the background.
 * @throws FileError; Error where work that is kept does not fit the file any more: to open it says so, and leaves the choice to
 *   the user. It must not be written over unseen.
 */
export async function fittingDocument(
  documents: Pick<Documents, "documentFor">,
  dataset: Dataset,
  item: DatasetItem,
): Promise<Pick<WorkedLabel, "document" | "unknown">> {
  const { document, unknown, passedOver } = await documents.documentFor(dataset, item);
  if (passedOver !== null) {
    throw new Error(`Earlier work on it does not fit its file any more (${passedOver.message}). Open the image first.`);
  }
  return { document, unknown };
}

/**
 * Searches one image, open or not, as "Find errors" does the open one: its label as it is worked on, by all classes as they
 * stand. Its document is neither changed nor held.
 * @throws FileError, the worker's reason, the signal's, or EngineRestarted.
 */
export async function searchImage(
  { client, session, settings, documents, picture }: ScanParts,
  dataset: Dataset,
  item: DatasetItem,
  options: ScanOptions,
  find: FindOptions,
): Promise<Searched> {
  if (item.image === null) throw new Error("There is no picture to judge the label by.");
  const { document, unknown } = await fittingDocument(documents, dataset, item);
  find.signal?.throwIfAborted();
  const image = await picture(item);
  find.signal?.throwIfAborted();
  const excluded = options.keepsExclusions ? excludedIn(session.getState().exclusions, document) : null;
  const made = makeFindRequest(document, mergeClasses(dataset.classes, unknown), excluded);
  const lockedIds = [...new Set([...settings.getState().lockedClasses, ...options.ignoredClasses])];
  const request: FindRequest = { ...made, lockedIds };
  const classes = meaning(dataset);
  const result = await client.scan(image, request, find);
  return {
    result,
    isOf: (now, of) => meaning(of) === classes && now.labels.data.every((id, i) => id === request.labels[i]),
  };
}

/** What findings depend on of a class table. */
function meaning({ classes }: Dataset): string {
  return classes.map(({ id, ignored }) => `${id}${ignored ? " void" : ""}`).join();
}
