import type { DirectoryHandleLike } from "../dataset/fileSystem";

interface AsksPermission {
  requestPermission(options: { readonly mode: "read" | "readwrite" }): Promise<PermissionState>;
}

/**
 * Asks the browser for a folder; must run in a click. Handles without the question (and browsers without handles)
 * are taken as allowed: the read or write itself fails with a reason if not.
 */
export async function allowed(handle: DirectoryHandleLike, mode: "read" | "readwrite"): Promise<boolean> {
  if (!("requestPermission" in handle)) return true;
  return (await (handle as DirectoryHandleLike & AsksPermission).requestPermission({ mode })) === "granted";
}
