import { useEffect } from "react";
import { useKeys } from "../actions/useKeys";
import { useSettings } from "../context";
import shell from "../editor/editor.module.css";
import { StatusBar } from "../editor/StatusBar";
import { CommandPalette } from "../palette/CommandPalette";
import { ReadingBar } from "../reading/ReadingBar";
import { ReadOnlyBar } from "../reading/ReadOnlyBar";
import { useToastRef } from "../start/toastHome";
import { DataSetBar } from "./DataSetBar";
import { DataSetPanel } from "./DataSetPanel";
import classes from "./dataset.module.css";
import { FilterRow } from "./FilterRow";
import { focusGrid } from "./gridFocus";
import { ImageGrid } from "./ImageGrid";
import { SelectionBar } from "./SelectionBar";

/** All images of the data set at once: filters above, how far the work is beside them. */
export function DataSet() {
  useKeys();
  useEffect(focusGrid, []);
  const open = useSettings((state) => state.panelsOpen);
  return (
    <div className={shell.editor}>
      <div>
        <DataSetBar />
        <ReadOnlyBar />
      </div>
      <div className={shell.body}>
        <main className={classes.main} ref={useToastRef(560)}>
          <FilterRow />
          <ReadingBar />
          <ImageGrid />
          <SelectionBar />
        </main>
        {open && <DataSetPanel />}
      </div>
      <StatusBar />
      <CommandPalette />
    </div>
  );
}
