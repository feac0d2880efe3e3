import type { LabelCoder } from "../dataset/labelCoder";
import type { Thumbnailer } from "../dataset/thumbnails/thumbnailer";
import type { TabPorts } from "../project/ownership";
import type { KeyValueStore } from "../project/storage";
import type { Linter } from "../review/lint/lintJob";
import type { InferenceClient } from "../worker/inferenceClient";

/** What the browser and the workers do for the interface; main.tsx builds it. */
export interface Services {
  readonly client: InferenceClient;
  /** Reads and writes label files off the main thread. */
  readonly decoder: LabelCoder;
  /** Makes small pictures of images and labels, off the main thread. */
  readonly thumbnailer: Thumbnailer;
  /** Looks at labels without the model, off the main thread. */
  readonly linter: Linter;
  /** Where work is kept between visits. */
  readonly store: KeyValueStore;
  /** How tabs agree on which of them edits a data set; null where the browser has no way, undefined where none is needed. */
  readonly tabs?: TabPorts | null;
  /** Whether the user sees this page; always where it is not given. */
  readonly isInSight?: () => boolean;
  /** Folder of the sample project, ending in "/". */
  readonly samplesUrl: string;
}
