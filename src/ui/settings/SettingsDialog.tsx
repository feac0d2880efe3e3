import { Modal, Tabs } from "@mantine/core";
import { useApp, useSession } from "../context";
import { GeneralSettings } from "./GeneralSettings";
import { KeySettings } from "./KeySettings";

/** How the app looks and works, and its keys. Every change takes effect at once. */
export function SettingsDialog() {
  const { session } = useApp();
  const keysFirst = useSession((state) => state.dialog === "change-keys");
  return (
    <Modal
      opened
      onClose={() => session.setState({ dialog: null })}
      title="Settings"
      size={720}
      closeButtonProps={{ "aria-label": "Close settings" }}
    >
      <Tabs defaultValue={keysFirst ? "keys" : "general"}>
        <Tabs.List>
          <Tabs.Tab value="general">General</Tabs.Tab>
          <Tabs.Tab value="keys">Keys</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="general" pt="md">
          <GeneralSettings />
        </Tabs.Panel>
        <Tabs.Panel value="keys" pt="md">
          <KeySettings />
        </Tabs.Panel>
      </Tabs>
    </Modal>
  );
}
