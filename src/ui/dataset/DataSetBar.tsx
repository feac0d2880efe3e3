import { Text } from "@mantine/core";
import { imageCount } from "../../app/summary";
import { useSession } from "../context";
import { BarFrame } from "../editor/BarFrame";

/** Which data set it is, and what can be done with all of it. */
export function DataSetBar() {
  const dataset = useSession((state) => state.dataset);
  return (
    <BarFrame>
      <div style={{ flex: 1, minWidth: 0 }}>
        <Text size="sm" fw={600} truncate lh={1.25} component="h1">
          {dataset?.name}
        </Text>
        <Text size="xs" c="dimmed" truncate lh={1.25}>
          {dataset && `${dataset.layout}, ${imageCount(dataset.items.length)}`}
        </Text>
      </div>
    </BarFrame>
  );
}
