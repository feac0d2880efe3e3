import { Button, Tooltip } from "@mantine/core";
import { LayoutGrid, SquarePen } from "lucide-react";
import { useAction } from "../actions/useAction";
import { useApp, useSession } from "../context";

/** Where to go from here: to all images, or to the current one. */
export function ViewSwitch() {
  const { dataSetView } = useApp();
  const view = useSession((state) => state.view);
  const { inBrackets } = useAction("data-set");
  const current = useSession((state) => state.tiles.current);
  if (view === "dataset") {
    return (
      <Tooltip label={`Open the current image${inBrackets}`}>
        <Button
          variant="default"
          leftSection={<SquarePen size={15} aria-hidden />}
          disabled={current === null}
          onClick={() => dataSetView.open()}
        >
          Editor
        </Button>
      </Tooltip>
    );
  }
  return (
    <Tooltip label={`All images of the data set${inBrackets}`}>
      <Button
        variant="default"
        style={{ flex: "none" }}
        leftSection={<LayoutGrid size={15} aria-hidden />}
        onClick={dataSetView.show}
      >
        Data set
      </Button>
    </Tooltip>
  );
}
