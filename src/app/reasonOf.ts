import { storageReason } from "../project/storage";

/** What the store threw is told with its remedy, any other mistake as it is. */
export function reasonOf(error: unknown): string {
  if (error instanceof DOMException) return storageReason(error);
  return error instanceof Error ? error.message : String(error);
}

/** The same as a sentence that others may follow. */
export function sentenceOf(error: unknown): string {
  const reason = reasonOf(error);
  return /[.!?]$/.test(reason) ? reason : `${reason}.`;
}
