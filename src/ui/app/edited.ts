import { loadLabel } from "../../dataset/loadLabel";
import type { Dataset, DatasetItem } from "../../dataset/types";
import { createDocument } from "../../document/document";
import { suggestionTraits } from "../../review/suggestions";
import type { OpenDocument } from "../tools/types";
import type { Images } from "./images";
import type { Services } from "./services";
import type { Work } from "./work";

/** An item's document: the one in memory, else rebuilt from the work kept for it; null when nothing was ever done. */
export async function editedDocument(
  dataset: Dataset,
  item: DatasetItem,
  { images, work, services }: { readonly images: Images; readonly work: Work; readonly services: Services },
): Promise<OpenDocument | null> {
  const open = images.documentOf(item.key);
  if (open !== null) return open;
  const working = (await work.current()?.load(item.key)) ?? null;
  if (working === null) return null;
  const { labels, classes } = await loadLabel(dataset, item, services.decoder);
  return createDocument({ key: item.key, classes, labels, traits: suggestionTraits, working });
}
