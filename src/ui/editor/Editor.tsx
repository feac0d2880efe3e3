import { ImageMirror } from "../a11y/ImageMirror";
import { useKeys } from "../actions/useKeys";
import { CanvasView } from "../canvas/CanvasView";
import { useSession } from "../context";
import { ClassPanel } from "../panels/ClassPanel";
import { ReconstructPanel } from "../panels/ReconstructPanel";
import { ReviewPanel } from "../panels/ReviewPanel";
import { MessageBar } from "../start/MessageBar";
import { EmptyCanvas } from "./EmptyCanvas";
import classes from "./editor.module.css";
import { FirstRunHints } from "./FirstRunHints";
import { ImageList } from "./ImageList";
import { OptionsBar } from "./OptionsBar";
import { StatusBar } from "./StatusBar";
import { ToolRail } from "./ToolRail";
import { TopBar } from "./TopBar";

/** The editor: tools left, picture in the middle, panels right, what runs and is saved at the bottom. */
export function Editor() {
  useKeys();
  const image = useSession((state) => state.image);
  const listOpen = useSession((state) => state.listOpen);
  return (
    <div className={classes.editor}>
      <TopBar />
      <div className={classes.body}>
        <ToolRail />
        {listOpen && <ImageList />}
        <main className={classes.center}>
          <OptionsBar />
          <div className={classes.stage}>
            <CanvasView />
            {image === null ? <EmptyCanvas /> : <ImageMirror image={image} />}
            <div className={classes.messages}>
              <MessageBar />
            </div>
            <FirstRunHints />
          </div>
        </main>
        <aside className={classes.panels} aria-label="Panels">
          {image !== null && (
            <>
              <ReconstructPanel image={image} />
              <ReviewPanel image={image} />
              <ClassPanel image={image} />
            </>
          )}
        </aside>
      </div>
      <StatusBar />
    </div>
  );
}
