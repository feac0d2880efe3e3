import { ActionIcon, Button, NumberInput, SegmentedControl, Slider, Text, Tooltip } from "@mantine/core";
import { Eye, EyeOff, Maximize, Minus, Plus } from "lucide-react";
import { brushLimits, growLimits, type LabelMode } from "../../app/settings";
import { useAction } from "../actions/useAction";
import { useApp, useSession, useSettings } from "../context";
import classes from "./editor.module.css";
import { IconButton } from "./IconButton";
import { ViewMenu } from "./ViewMenu";

/** Options of tools and view, above the picture. */
export function OptionsBar() {
  return (
    <div className={classes.options} role="toolbar" aria-label="Tool and view options">
      <BrushSize />
      <GrowMask />
      <LabelView />
      <div style={{ flex: 1 }} />
      <Zoom />
    </div>
  );
}

function BrushSize() {
  const { settings } = useApp();
  const size = useSettings((state) => state.brushSize);
  return (
    <div className={classes.field}>
      <Text size="xs">Brush</Text>
      <Slider
        className={classes.slider}
        thumbLabel="Brush size"
        min={brushLimits.min}
        max={brushLimits.max}
        value={size}
        onChange={(brushSize) => settings.setState({ brushSize })}
      />
      <Text size="xs" w={46} style={{ whiteSpace: "nowrap" }}>
        {size} px
      </Text>
    </div>
  );
}

function GrowMask() {
  const { settings } = useApp();
  const grow = useAction("grow-mask");
  const growBy = useSettings((state) => state.growBy);
  return (
    <div className={classes.field} style={{ gap: 4 }}>
      <Tooltip label={grow.tip}>
        <Button variant="default" size="compact-xs" onClick={grow.run}>
          {grow.label}
        </Button>
      </Tooltip>
      <NumberInput
        aria-label="Grow mask by, pixels"
        size="xs"
        w={50}
        min={growLimits.min}
        max={growLimits.max}
        clampBehavior="strict"
        value={growBy}
        onChange={(value) => settings.setState({ growBy: Number(value) || 0 })}
        styles={{ input: { height: 24, minHeight: 24, paddingInline: 6 } }}
      />
    </div>
  );
}

function LabelView() {
  const { settings } = useApp();
  const opacity = useSettings((state) => state.labelOpacity);
  const mode = useSettings((state) => state.labelMode);
  const hidden = useSettings((state) => state.labelsHidden);
  const hide = useAction("hide-label");
  return (
    <div className={classes.field}>
      <Text size="xs">Label</Text>
      <Slider
        className={classes.slider}
        thumbLabel="Label opacity"
        min={0}
        max={100}
        value={Math.round(opacity * 100)}
        onChange={(percent) => settings.setState({ labelOpacity: percent / 100 })}
      />
      <SegmentedControl
        size="xs"
        aria-label="Label drawing"
        data={[
          { value: "fill", label: "Fill" },
          { value: "outline", label: "Outline" },
        ]}
        value={mode}
        onChange={(value) => settings.setState({ labelMode: value as LabelMode })}
        styles={{ label: { paddingInline: 7, paddingBlock: 2 } }}
      />
      <IconButton action={hide} pressed={hidden}>
        {hidden ? <EyeOff size={16} /> : <Eye size={16} />}
      </IconButton>
      <ViewMenu />
    </div>
  );
}

function Zoom() {
  const { canvas } = useApp();
  const [fit, actualSize] = [useAction("fit"), useAction("actual-size")];
  const zoom = useSession((state) => state.zoom);
  return (
    <div className={classes.field} style={{ gap: 0 }}>
      <ActionIcon aria-label="Zoom out" size="sm" onClick={() => canvas.zoom(1 / 1.5)}>
        <Minus size={14} />
      </ActionIcon>
      <Tooltip label={actualSize.tip}>
        <Button variant="subtle" color="gray" size="compact-xs" miw={52} onClick={actualSize.run}>
          {zoom < 0.1 ? (zoom * 100).toFixed(1) : Math.round(zoom * 100)} %
        </Button>
      </Tooltip>
      <ActionIcon aria-label="Zoom in" size="sm" onClick={() => canvas.zoom(1.5)}>
        <Plus size={14} />
      </ActionIcon>
      <IconButton action={fit} small>
        <Maximize size={14} />
      </IconButton>
    </div>
  );
}
