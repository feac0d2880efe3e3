import { Button, Checkbox, Group, List, Modal, Radio, ScrollArea, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { conversionSentences, isImpossible } from "../../export/convert";
import { exportTargets } from "../../export/targets";
import { useApp, useSession } from "../context";

const asItCame = "as-it-came";

/** The data set in another format; what that cannot hold is said before. */
export function ExportAsDialog() {
  const { session, output } = useApp();
  const dataset = useSession((state) => state.dataset);
  const [key, setKey] = useState(asItCame);
  const [photographs, setPhotographs] = useState(true);
  const target = exportTargets.find((one) => one.key === key) ?? null;
  const sentences = useMemo(
    () => (dataset !== null && target !== null ? conversionSentences(dataset, target) : []),
    [dataset, target],
  );
  if (dataset === null) return null;
  const close = (): void => session.setState({ dialog: null });
  const hasPhotographs = dataset.items.some(({ image }) => image !== null);
  const start = (): void => {
    close();
    void (target === null ? output.export("all") : output.exportAs(target, { photographs }));
  };
  return (
    <Modal opened onClose={close} title="Export as" size={860}>
      <Group align="stretch" gap="lg" wrap="nowrap">
        <ScrollArea.Autosize mah="56vh" w={380} type="auto" style={{ flex: "none" }}>
          <Radio.Group value={key} onChange={setKey} aria-label="Format">
            <Stack gap={10} p={2}>
              <Radio
                value={asItCame}
                label="As it came"
                description={`${dataset.layout}: the same files; only what you changed differs`}
              />
              {exportTargets.map((one) => (
                <Radio key={one.key} value={one.key} label={one.name} description={one.hint} />
              ))}
            </Stack>
          </Radio.Group>
        </ScrollArea.Autosize>
        <Stack gap="sm" style={{ flex: 1, minWidth: 0 }}>
          <Text size="sm" fw={600}>
            {target === null ? "As it came" : target.name}
          </Text>
          <Losses sentences={sentences} />
          {target !== null && hasPhotographs && (
            <Checkbox
              checked={photographs}
              onChange={(event) => setPhotographs(event.currentTarget.checked)}
              label="With the photographs"
              description="Copied byte for byte"
            />
          )}
        </Stack>
      </Group>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button onClick={start} disabled={sentences.some(isImpossible)}>
          Export {dataset.items.length} {dataset.items.length === 1 ? "label" : "labels"}
        </Button>
      </Group>
    </Modal>
  );
}

function Losses({ sentences }: { readonly sentences: readonly string[] }) {
  if (sentences.length === 0) return <Text size="sm">Everything is kept.</Text>;
  return (
    <>
      <Text size="sm">What is not kept as it is:</Text>
      <List size="sm" spacing={4}>
        {sentences.map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
    </>
  );
}
