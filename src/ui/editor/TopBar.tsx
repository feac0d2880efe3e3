import { Group, Text } from "@mantine/core";
import { ChevronLeft, ChevronRight, PanelLeft, Redo2, Undo2 } from "lucide-react";
import { useStore } from "zustand";
import { imageOrder } from "../../app/imageOrder";
import type { OpenImage } from "../../app/session";
import { useAction } from "../actions/useAction";
import { useSession, useSettings } from "../context";
import { BarFrame } from "./BarFrame";
import { IconButton } from "./IconButton";

/** Where you are (file, image n of m) and what can be done with it. */
export function TopBar() {
  const [previous, next, list] = [useAction("previous-image"), useAction("next-image"), useAction("image-list")];
  const image = useSession((state) => state.image);
  const listOpen = useSettings((state) => state.listOpen);
  const order = useSession(imageOrder);
  const index = useSession((state) => state.index);
  const at = order.placeOf(index);
  // The filter may hide the open image.
  const place = at < 0 ? null : at;
  return (
    <BarFrame history={image !== null && <History image={image} />}>
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
    </BarFrame>
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
