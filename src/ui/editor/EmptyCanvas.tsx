import { Stack, Text } from "@mantine/core";
import { useSession } from "../context";
import { OpenButtons } from "../start/OpenButtons";
import classes from "./editor.module.css";

/** Shown while no image is open in the editor. */
export function EmptyCanvas() {
  const busy = useSession((state) => state.busy);
  if (busy !== null) return null;
  return (
    <div className={classes.empty}>
      <Stack gap="xs" align="center">
        <Text fw={600}>No image is open</Text>
        <Text size="sm" c="dimmed">
          Choose one in the list of images, or open other files.
        </Text>
        <OpenButtons size="xs" />
      </Stack>
    </div>
  );
}
