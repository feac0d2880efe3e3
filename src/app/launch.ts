import type { DirectoryHandleLike, FileHandleLike } from "../dataset/fileSystem";
import type { Files } from "./files";

/** How the system hands over what was opened with the installed app. */
export interface LaunchQueueLike {
  setConsumer(consumer: (launch: { readonly files?: readonly (FileHandleLike | DirectoryHandleLike)[] }) => void): void;
}

declare global {
  interface Window {
    // Not in TypeScript's DOM library: Chromium only.
    readonly launchQueue?: LaunchQueueLike;
  }
}

/** Opens what "Open with MaskMend" brings; a launch without files just shows the app. */
export function followLaunches(queue: LaunchQueueLike | undefined, files: Pick<Files, "openHandles">): void {
  queue?.setConsumer(({ files: handles = [] }) => {
    if (handles.length > 0) void files.openHandles(handles);
  });
}
