import { SegmentedControl, type SegmentedControlProps } from "@mantine/core";
import type { LabelMode } from "../../app/settings";
import { useApp, useSettings } from "../context";

/** Labels as areas of colour or as outlines. */
export function LabelModeControl(look: Pick<SegmentedControlProps, "styles">) {
  const { settings } = useApp();
  const mode = useSettings((state) => state.labelMode);
  return (
    <SegmentedControl
      {...look}
      size="xs"
      aria-label="Label drawing"
      data={[
        { value: "fill", label: "Fill" },
        { value: "outline", label: "Outline" },
      ]}
      value={mode}
      onChange={(value) => settings.setState({ labelMode: value as LabelMode })}
    />
  );
}
