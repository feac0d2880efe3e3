import { FOUND } from "../../review/sets";
import type { UiApp } from "../context";

/** Shows the image of the current finding in the editor, where the finding is selected. */
export async function openInEditor({ queueing, images, session, reviewing }: UiApp): Promise<void> {
  const { current } = queueing.store.getState();
  const { dataset } = session.getState();
  if (current === null || dataset === null) return;
  queueing.close();
  session.setState({ view: "editor" });
  await images.open(dataset.items.findIndex(({ key }) => key === current.key));
  const { image } = session.getState();
  if (image?.item.key !== current.key) return;
  image.document.show(FOUND);
  reviewing.select(current.finding.id);
}
