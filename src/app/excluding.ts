import { rectRegion } from "../core/region";
import { excludedIn, withExcluded, withoutExcluded } from "../review/exclusions";
import type { SessionStore } from "./session";
import { pixels } from "./summary";
import { announce } from "./tell";

/** What is not to be judged, in all images of the open one's size: the ego-vehicle, a logo. */
export interface Excluding {
  /** Adds the masked area and clears the mask. */
  excludeMask(): void;
  /** Judges everything again. */
  removeExclusions(): void;
}

export function createExcluding(session: SessionStore): Excluding {
  return {
    excludeMask() {
      const { image, exclusions } = session.getState();
      if (image === null) return;
      const { document } = image;
      const { width, height, mask, store } = document;
      const { maskedPixels } = store.getState();
      if (maskedPixels === 0) return announce(session, "Nothing is masked. Mask what is not to be judged first.");
      session.setState({ exclusions: withExcluded(exclusions, mask) });
      document.edit("Exclude from finding", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width, height }), false));
      announce(session, `Excluded from finding: ${pixels(maskedPixels)}, in every image of ${width} by ${height}`);
    },
    removeExclusions() {
      const { image, exclusions } = session.getState();
      if (image === null || excludedIn(exclusions, image.document) === null) return;
      session.setState({ exclusions: withoutExcluded(exclusions, image.document) });
      announce(session, "Nothing is excluded from finding any more");
    },
  };
}
