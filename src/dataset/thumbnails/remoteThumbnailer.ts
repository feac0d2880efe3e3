import { transfer } from "comlink";
import { fileError } from "../errors";
import { drawThumbnail, type ThumbnailJob } from "./drawThumbnail";
import type { Thumbnail } from "./thumbnail";

/** What a call came to: comlink strips thrown errors of their remedy. */
export type Outcome = { readonly thumbnail: Thumbnail } | { readonly reason: string; readonly remedy: string };

/** As the worker exposes it. */
export const remoteThumbnailer = {
  async draw(path: string, job: ThumbnailJob): Promise<Outcome> {
    try {
      const thumbnail = await drawThumbnail(job);
      const moved = [thumbnail.photo?.buffer, thumbnail.ids.buffer];
      return transfer(
        { thumbnail },
        moved.filter((one) => one instanceof ArrayBuffer),
      );
    } catch (error) {
      const { reason, remedy } = fileError(path, error);
      return { reason, remedy };
    }
  },
};
