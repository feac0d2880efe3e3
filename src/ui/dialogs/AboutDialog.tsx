import { Code, Modal, ScrollArea, Tabs, Text } from "@mantine/core";
import { version } from "../../app/version";
import { useApp, useSession } from "../context";
import { OfflineLine } from "../start/OfflineLine";
import { useText } from "./useText";

/** Version, licences, and what the weights are and may be used for. */
export function AboutDialog() {
  const { session } = useApp();
  const engine = useSession((state) => state.engine);
  const model = "engine" in engine ? engine.engine.model : "lmae-small";
  return (
    <Modal opened onClose={() => session.setState({ dialog: null })} title={`MaskMend ${version}`} size={860}>
      <Text size="sm" mb="sm">
        Repairs flawed segmentation labels in the browser with a label masked autoencoder (L-MAE). The code is under the
        MIT licence; the model's weights have terms of their own. Nothing you open leaves this computer.
      </Text>
      <OfflineLine withReason />
      <Tabs defaultValue="model" mt="sm">
        <Tabs.List>
          <Tabs.Tab value="model">Model card</Tabs.Tab>
          <Tabs.Tab value="terms">Weights' terms</Tabs.Tab>
          <Tabs.Tab value="notices">Third-party notices</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="model" pt="sm">
          <Document path={`models/${model}/README.md`} name="Model card" />
        </Tabs.Panel>
        <Tabs.Panel value="terms" pt="sm">
          <Document path="models/LICENSE-WEIGHTS.md" name="Weights' terms" />
        </Tabs.Panel>
        <Tabs.Panel value="notices" pt="sm">
          <Document path="THIRD_PARTY_NOTICES.txt" name="Third-party notices" />
        </Tabs.Panel>
      </Tabs>
    </Modal>
  );
}

/** A text that is longer than its place: the keyboard must be able to scroll it. */
function Document({ path, name }: { readonly path: string; readonly name: string }) {
  const text = useText(path);
  return (
    <ScrollArea h="50vh" viewportProps={{ tabIndex: 0, role: "region", "aria-label": name }}>
      <Code block fz={11.5} style={{ whiteSpace: "pre-wrap" }}>
        {text}
      </Code>
    </ScrollArea>
  );
}
