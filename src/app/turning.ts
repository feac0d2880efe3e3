import { turnsOf, withTurns } from "../dataset/turns";
import type { Images } from "./images";
import type { SessionStore } from "./session";
import { announce } from "./tell";

/** A photograph is turned by hand where neither its file nor its label tells how it belongs. */
export interface Turning {
  /** Turns the open image's photograph clockwise, by a half, or by a quarter where its label is square. */
  turnPicture(): Promise<void>;
}

export function createTurning(session: SessionStore, images: Pick<Images, "open">): Turning {
  return {
    async turnPicture() {
      const { dataset, image, index, turns } = session.getState();
      if (dataset === null || image === null || image.photo === null) return;
      const [now, next] = turnsOf(image.item);
      const chosen = new Map(turns).set(image.item.key, next);
      session.setState({ turns: chosen, dataset: withTurns(dataset, chosen) });
      await images.open(index);
      announce(
        session,
        `The picture is turned by ${(next - now + 360) % 360}\u00b0; its file and the label stay as they are`,
      );
    },
  };
}
