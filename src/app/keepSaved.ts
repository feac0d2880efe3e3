import type { Autosave } from "../project/autosave";
import type { OpenDocument } from "../review/types";
import type { Documents } from "./documents";

/**
 * Keeps a document that was saved into its file. One that is not edited was made without its suggestions and its history: what
 * was kept of these stays.
 */
export async function keepSaved(
  autosave: Pick<Autosave, "keep" | "loadWithPast"> | null,
  documents: Pick<Documents, "inMemory">,
  document: OpenDocument,
): Promise<void> {
  if (autosave === null) return;
  if (documents.inMemory(document.key) === document) return autosave.keep(document);
  const past = (await autosave.loadWithPast(document.key))?.past;
  await autosave.keep(past === undefined ? document : { ...document, past: () => past });
}
