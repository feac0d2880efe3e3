import type { LabelDecoder } from "../../dataset/labelDecoder";
import type { InferenceClient } from "../../inference/protocol";
import type { KeyValueStore } from "../../project/storage";

/** What the browser and the workers do for the interface; main.tsx builds it. */
export interface Services {
  readonly client: InferenceClient;
  readonly decoder: LabelDecoder;
  /** Where work is kept between visits. */
  readonly store: KeyValueStore;
  /** Folder of the sample project, ending in "/". */
  readonly samplesUrl: string;
}
