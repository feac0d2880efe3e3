import { useState } from "react";
import { Group, Panel, Separator } from "react-resizable-panels";
import type { OpenImage } from "../../app/session";
import { ClassPanel } from "./ClassPanel";
import { noteSizes, reach, useKeptPanel } from "./keptPanel";
import classes from "./panels.module.css";
import { ReconstructPanel } from "./ReconstructPanel";
import { ReviewPanel } from "./ReviewPanel";
import { panelsId } from "./useGivesWay";

/** px of a panel's header, as in the style sheet. */
const header = 32;

/** px of all else in the window while five rows of the review are in sight. */
const others = 628;

/** Room for most of a usual list of classes, as far as the review has its rows. */
function usualHeight(): number | string {
  const { innerHeight } = window;
  const free = Math.min(0.36 * innerHeight, innerHeight - others);
  return free < 0.2 * innerHeight ? "22%" : Math.round(free);
}

/** The right column: classes above, of a height of the user's; below reconstruction, and the review with all that is left. */
export function Panels({ image }: { readonly image: OpenImage }) {
  const [usual] = useState(usualHeight);
  const kept = useKeptPanel("classesHeight", "classesOpen", usual, header);
  return (
    <aside id={panelsId} className={classes.column} aria-label="Panels">
      <Group orientation="vertical" onLayoutChanged={noteSizes(kept)} resizeTargetMinimumSize={reach}>
        <Panel
          panelRef={kept.ref}
          className={classes.column}
          defaultSize={kept.size}
          collapsible
          collapsedSize={header}
          minSize={header + 76}
          groupResizeBehavior="preserve-pixel-size"
        >
          <ClassPanel image={image} />
        </Panel>
        <Separator className={classes.separator} aria-label="Height of the classes" />
        <Panel className={classes.column} minSize={260}>
          <ReconstructPanel image={image} />
          <ReviewPanel image={image} />
        </Panel>
      </Group>
    </aside>
  );
}
