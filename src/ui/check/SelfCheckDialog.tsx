import { Alert, Button, Group, Modal, NumberInput, Progress, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useStore } from "zustand";
import { download, fileName } from "../../app/download";
import { classesOf } from "../../app/session";
import { classNameOf } from "../../core/classTable";
import { counted } from "../../core/counted";
import { checkCsv, checkHtml } from "../../export/checkFiles";
import { checkKindTexts } from "../../review/check/masks";
import { type CheckReport, percent } from "../../review/check/report";
import { useApp, useSession } from "../context";
import { ReliabilityPlot } from "./ReliabilityPlot";

/** Chosen last in this session. */
const kept = { images: 12, target: 95 };

/** "Can I trust it here?": how well the model rebuilds the data set's own labels. */
export function SelfCheckDialog() {
  const { session, selfCheck } = useApp();
  const { progress, report, at } = useStore(selfCheck.store);
  const [images, setImages] = useState(kept.images);
  const [target, setTarget] = useState(kept.target);
  const close = (): void => session.setState({ dialog: null });
  const start = (): void => {
    Object.assign(kept, { images, target });
    void selfCheck.start({ images, target: target / 100 });
  };
  return (
    <Modal opened onClose={close} title="Can I trust it here?" size={860}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          Parts of your own labels are hidden and rebuilt, and what comes back is compared with the label. An image is
          judged by what was learnt from others only. Labels that are wrong count against the model.
        </Text>
        <Group align="flex-end" gap="md">
          <NumberInput
            size="xs"
            label="Images"
            w={110}
            min={1}
            max={500}
            allowDecimal={false}
            value={images}
            onChange={(value) => typeof value === "number" && setImages(value)}
          />
          <NumberInput
            size="xs"
            label="Right at the threshold"
            suffix=" %"
            w={170}
            min={50}
            max={100}
            allowDecimal={false}
            value={target}
            onChange={(value) => typeof value === "number" && setTarget(value)}
          />
          {progress === null ? (
            <Button variant={report === null ? "filled" : "default"} onClick={start}>
              {report === null ? "Check" : "Check again"}
            </Button>
          ) : (
            <Button variant="default" onClick={selfCheck.cancel}>
              Cancel
            </Button>
          )}
        </Group>
        {progress !== null && (
          <div>
            <Text size="xs">{progress.text}. It goes on when this is closed.</Text>
            <Progress size={4} mt={4} value={100 * progress.share} aria-label="Self-check progress" />
          </div>
        )}
        {report !== null && <Report report={report} at={at} />}
      </Stack>
    </Modal>
  );
}

const verdictColors = { trust: "teal", careful: "yellow", no: "red", unknown: "gray" } as const;

function Report({ report, at }: { readonly report: CheckReport; readonly at: number | null }) {
  const { settings } = useApp();
  const classes = useSession(classesOf);
  const name = useSession((state) => state.dataset?.name ?? "labels");
  const { kinds, bins, ece, threshold, verdict, learntFrom, skipped } = report;
  const save = (ending: string, type: string, text: string): void =>
    download(`${fileName(name)}-self-check.${ending}`, new Blob([text], { type }));
  return (
    <>
      <Alert color={verdictColors[verdict.kind]} data-verdict={verdict.kind}>
        <Text size="sm">{verdict.text}</Text>
      </Alert>
      <Group align="flex-start" gap="lg" wrap="wrap">
        <Stack gap={2}>
          <ReliabilityPlot bins={bins} />
          <Text size="xs" c="dimmed">
            ECE {percent(ece)}, {bins.length} bins of equally many pixels
          </Text>
        </Stack>
        <Table w="auto" fz="xs" verticalSpacing={3} aria-label="By mask">
          <Table.Thead>
            <Table.Tr>
              {["Hidden", "PA-mIoU", "Right", "Nearest PA-mIoU", "Nearest right"].map((one) => (
                <Table.Th key={one}>{one}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {kinds.map(({ kind, model, nearest }) => (
              <Table.Tr key={kind}>
                <Table.Td>{checkKindTexts[kind]}</Table.Td>
                {[model.meanIou, model.accuracy, nearest.meanIou, nearest.accuracy].map((share, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the columns never change
                  <Table.Td key={i}>{percent(share)}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Group>
      <Table fz="xs" verticalSpacing={3} aria-label="By class">
        <Table.Thead>
          <Table.Tr>
            {["Class", "Hidden pixels", "Right", "IoU", "Nearest right"].map((one) => (
              <Table.Th key={one}>{one}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {report.classes.map(({ id, pixels, recall, iou, nearestRecall, isEnough }) => (
            <Table.Tr key={id}>
              <Table.Td>{classNameOf(classes, id)}</Table.Td>
              <Table.Td>
                {pixels.toLocaleString("en")}
                {!isEnough && ", too few to say"}
              </Table.Td>
              <Table.Td>{percent(recall)}</Table.Td>
              <Table.Td>{percent(iou)}</Table.Td>
              <Table.Td>{percent(nearestRecall)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {skipped.length > 0 && (
        <Text size="xs" c="dimmed">
          Not checked: {skipped.join("; ")}
        </Text>
      )}
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {at !== null && `${new Date(at).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}: `}
          {counted(report.images, "image")}, {counted(report.windows, "window")} of 224 px, seed {report.seed},{" "}
          {report.model},{" "}
          {learntFrom === null
            ? "without learning from other labels"
            : `learnt from ${counted(learntFrom, "other image")}`}
        </Text>
        <Group gap="xs">
          {threshold !== null && (
            <Button variant="light" size="xs" onClick={() => settings.setState({ threshold: threshold.percent / 100 })}>
              Set threshold to {threshold.percent} %
            </Button>
          )}
          <Button variant="default" size="xs" onClick={() => save("csv", "text/csv", checkCsv(report, classes))}>
            CSV
          </Button>
          <Button
            variant="default"
            size="xs"
            onClick={() => save("html", "text/html", checkHtml(report, classes, name))}
          >
            HTML
          </Button>
        </Group>
      </Group>
    </>
  );
}
