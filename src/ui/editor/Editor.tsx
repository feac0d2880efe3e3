import { Group, Panel, Separator } from "react-resizable-panels";
import { listWidthLimits, panelsWidthLimits } from "../../app/settings";
import { ImageMirror } from "../a11y/ImageMirror";
import { useKeys } from "../actions/useKeys";
import { CanvasView } from "../canvas/CanvasView";
import { CompareOverlay } from "../canvas/CompareOverlay";
import { useSession } from "../context";
import { CommandPalette } from "../palette/CommandPalette";
import { noteSizes, reach, useKeptPanel } from "../panels/keptPanel";
import { Panels } from "../panels/Panels";
import { ReadingBar } from "../reading/ReadingBar";
import { ReadOnlyBar } from "../reading/ReadOnlyBar";
import { useToastRef } from "../start/toastHome";
import { EmptyCanvas } from "./EmptyCanvas";
import classes from "./editor.module.css";
import { FirstRunHints } from "./FirstRunHints";
import { HiddenChip } from "./HiddenChip";
import { ImageList } from "./ImageList";
import { OptionsBar } from "./OptionsBar";
import { RatioStrip } from "./RatioStrip";
import { StatusBar } from "./StatusBar";
import { ToolRail } from "./ToolRail";
import { TopBar } from "./TopBar";

/** The editor: tools left, picture in the middle, panels right, what runs and is saved at the bottom. */
export function Editor() {
  useKeys();
  const image = useSession((state) => state.image);
  const list = useKeptPanel("listWidth", "listOpen");
  const panels = useKeptPanel("panelsWidth", "panelsOpen");
  return (
    <div className={classes.editor}>
      <div>
        <TopBar />
        <ReadOnlyBar />
      </div>
      <div className={classes.body}>
        <ToolRail />
        <Group className={classes.columns} onLayoutChanged={noteSizes(list, panels)} resizeTargetMinimumSize={reach}>
          <Panel
            panelRef={list.ref}
            defaultSize={list.size}
            minSize={listWidthLimits.min}
            maxSize={listWidthLimits.max}
            collapsible
            groupResizeBehavior="preserve-pixel-size"
          >
            {list.open && <ImageList />}
          </Panel>
          <Separator className={classes.separator} aria-label="Width of the image list" />
          <Panel minSize={300}>
            <main className={classes.center}>
              <div>
                <OptionsBar />
                <ReadingBar />
              </div>
              <div className={classes.stage} ref={useToastRef()}>
                <CanvasView />
                {image !== null && <CompareOverlay image={image} />}
                {image === null ? <EmptyCanvas /> : <ImageMirror image={image} />}
                <HiddenChip />
                <FirstRunHints />
              </div>
              {image !== null && <RatioStrip image={image} />}
            </main>
          </Panel>
          <Separator className={classes.separator} aria-label="Width of the panels" />
          <Panel
            panelRef={panels.ref}
            defaultSize={panels.size}
            minSize={panelsWidthLimits.min}
            maxSize={panelsWidthLimits.max}
            collapsible
            groupResizeBehavior="preserve-pixel-size"
          >
            {panels.open && image !== null && <Panels image={image} />}
          </Panel>
        </Group>
      </div>
      <StatusBar />
      <CommandPalette />
    </div>
  );
}
