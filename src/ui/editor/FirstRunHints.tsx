import { Button, Group, List, Paper, Text } from "@mantine/core";
import { useAction } from "../actions/useAction";
import { useApp, useSession, useSettings } from "../context";
import classes from "./editor.module.css";

/** Three hints over the sample's first image, until dismissed. */
export function FirstRunHints() {
  const { settings } = useApp();
  const isSample = useSession((state) => state.isSample && state.image !== null);
  const dismissed = useSettings((state) => state.hintsDismissed);
  const [hide, accept, reject] = [useAction("hide-label"), useAction("accept"), useAction("reject")];
  if (!isSample || dismissed) return null;
  return (
    <Paper className={classes.hints} withBorder shadow="md" p="sm" role="note" aria-label="First steps">
      <Text size="sm" fw={600} mb={6}>
        First steps
      </Text>
      <List type="ordered" size="xs" spacing={6}>
        <List.Item>
          <b>Look.</b> This label is damaged. Hide it{hide.inBrackets} to compare it with the picture.
        </List.Item>
        <List.Item>
          <b>Brush</b> over what is wrong, a little wider than the flaw. The model rebuilds it as you lift the pen.
        </List.Item>
        <List.Item>
          <b>Decide</b>: accept{accept.inBrackets} or reject{reject.inBrackets} while the picture has the focus, then
          export.
        </List.Item>
      </List>
      <Group justify="flex-end" mt="xs">
        <Button variant="light" size="compact-xs" onClick={() => settings.setState({ hintsDismissed: true })}>
          Got it
        </Button>
      </Group>
    </Paper>
  );
}
