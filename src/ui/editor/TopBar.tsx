import { ActionIcon, Button, Group, Text, Tooltip, UnstyledButton } from "@mantine/core";
import {
  ChevronLeft,
  ChevronRight,
  Info,
  PanelLeft,
  PanelRight,
  Redo2,
  Save,
  Settings,
  TriangleAlert,
  Undo2,
} from "lucide-react";
import { useStore } from "zustand";
import { imageOrder } from "../../app/imageOrder";
import type { OpenImage } from "../../app/session";
import { useAction } from "../actions/useAction";
import { useApp, useSession, useSettings } from "../context";
import { Logo } from "../start/Logo";
import { ExportMenu } from "./ExportMenu";
import classes from "./editor.module.css";
import { IconButton } from "./IconButton";
import { ReviewButton } from "./ReviewButton";
import { SchemeMenu } from "./SchemeMenu";
import { ViewSwitch } from "./ViewSwitch";

/** Where you are (file, image n of m) and what can be done with it. */
export function TopBar() {
  const { session, files } = useApp();
  const [previous, next, save] = [useAction("previous-image"), useAction("next-image"), useAction("save")];
  const settings = useAction("settings");
  const image = useSession((state) => state.image);
  const problems = useSession((state) => state.problems.length);
  const [list, panels] = [useAction("image-list"), useAction("panels")];
  const listOpen = useSettings((state) => state.listOpen);
  const panelsOpen = useSettings((state) => state.panelsOpen);
  const order = useSession(imageOrder);
  const index = useSession((state) => state.index);
  const at = order.placeOf(index);
  // The filter may hide the open image.
  const place = at < 0 ? null : at;
  return (
    <header className={classes.bar}>
      <Tooltip label="Back to the start screen; work is kept">
        <UnstyledButton aria-label="Start screen" onClick={() => void files.close()} style={{ display: "flex" }}>
          <Logo size={26} />
        </UnstyledButton>
      </Tooltip>
      <ViewSwitch />
      <IconButton action={list} pressed={listOpen}>
        <PanelLeft size={17} />
      </IconButton>
      <Group gap={2} wrap="nowrap">
        <IconButton action={previous}>
          <ChevronLeft size={17} />
        </IconButton>
        <Text size="xs" style={{ whiteSpace: "nowrap", fontVariantNumeric: "tabular-nums" }}>
          {place === null ? "–" : place + 1} of {order.shown.length}
        </Text>
        <IconButton action={next}>
          <ChevronRight size={17} />
        </IconButton>
      </Group>
      <Title image={image} />
      {problems > 0 && (
        <Button
          variant="subtle"
          color="yellow"
          leftSection={<TriangleAlert size={15} />}
          onClick={() => session.setState({ dialog: "report" })}
        >
          {problems} {problems === 1 ? "problem" : "problems"}
        </Button>
      )}
      <ReviewButton />
      {image !== null && <History image={image} />}
      <ExportMenu disabled={index < 0} />
      <Button leftSection={<Save size={15} />} disabled={!save.enabled} onClick={save.run}>
        {save.label}
      </Button>
      <IconButton action={settings}>
        <Settings size={17} />
      </IconButton>
      <Tooltip label="About, licences and the model">
        <ActionIcon aria-label="About" onClick={() => session.setState({ dialog: "about" })}>
          <Info size={17} />
        </ActionIcon>
      </Tooltip>
      <SchemeMenu />
      <IconButton action={panels} pressed={panelsOpen}>
        <PanelRight size={17} />
      </IconButton>
    </header>
  );
}

function Title({ image }: { readonly image: OpenImage | null }) {
  const dataset = useSession((state) => state.dataset);
  return (
    <div style={{ flex: 1, minWidth: 0 }}>
      <Text size="sm" fw={600} truncate lh={1.25} component="h1" data-testid="image-name">
        {image?.item.name ?? dataset?.name ?? ""}
      </Text>
      <Text size="xs" c="dimmed" truncate lh={1.25}>
        {dataset?.name}
        {dataset && `, ${dataset.layout}`}
        {image && `, ${image.document.width} x ${image.document.height}`}
      </Text>
    </div>
  );
}

function History({ image }: { readonly image: OpenImage }) {
  const [undo, redo] = [useAction("undo"), useAction("redo")];
  const { undoName, redoName } = useStore(image.document.store);
  return (
    <Group gap={2} wrap="nowrap">
      <IconButton action={undo} tip={undoName === null ? "Nothing to undo" : `Undo: ${undoName}${undo.inBrackets}`}>
        <Undo2 size={17} />
      </IconButton>
      <IconButton action={redo} tip={redoName === null ? "Nothing to redo" : `Redo: ${redoName}${redo.inBrackets}`}>
        <Redo2 size={17} />
      </IconButton>
    </Group>
  );
}
