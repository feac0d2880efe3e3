import { Button, Group, Kbd, Modal, Table, Text } from "@mantine/core";
import { actionsWith } from "../actions";
import { keysText } from "../actions/keys";
import { actionGroups, isIn } from "../actions/types";
import { useApp, useSession, useSettings } from "../context";
import classes from "./keys.module.css";

/** All keys of the view that is shown ("?"). */
export function KeysDialog() {
  const { session } = useApp();
  const actions = actionsWith(useSettings((state) => state.keys));
  const view = useSession((state) => state.view);
  const shown = Object.values(actions).filter((one) => isIn(one, view) && one.keys.length > 0);
  const groups = actionGroups.filter((group) => shown.some((one) => one.group === group));
  return (
    <Modal
      opened
      onClose={() => session.setState({ dialog: null })}
      title={view === "dataset" ? "Keys of the data set view" : "Keys"}
      size={860}
    >
      <div className={classes.groups}>
        {groups.map((group) => (
          <div key={group}>
            <Text size="sm" fw={600} mb={4}>
              {group}
            </Text>
            <Table verticalSpacing={4} horizontalSpacing={0} fz="xs">
              <Table.Tbody>
                {shown
                  .filter((one) => one.group === group)
                  .map((one) => (
                    <Table.Tr key={one.label}>
                      <Table.Td>{one.label}</Table.Td>
                      <Table.Td ta="right">
                        <Kbd size="xs">{keysText(one)}</Kbd>
                        {one.gestures !== undefined && `, ${one.gestures}`}
                      </Table.Td>
                    </Table.Tr>
                  ))}
              </Table.Tbody>
            </Table>
          </div>
        ))}
      </div>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => session.setState({ dialog: "change-keys" })}>
          Change keys…
        </Button>
      </Group>
    </Modal>
  );
}
