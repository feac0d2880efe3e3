import { SegmentedControl, type SegmentedControlProps } from "@mantine/core";
import type { VoidPolicy } from "../../review/voidUnderMask";
import { useApp, useSettings } from "../context";

/** Whether void under the mask is kept or rebuilt. */
export function VoidControl(look: Pick<SegmentedControlProps, "fullWidth">) {
  const { settings } = useApp();
  const policy = useSettings((state) => state.voidPolicy);
  return (
    <SegmentedControl
      {...look}
      size="xs"
      aria-label="Void under the mask"
      data={[
        { value: "auto", label: "Auto" },
        { value: "keep", label: "Keep" },
        { value: "fill", label: "Fill" },
      ]}
      value={policy}
      onChange={(value) => settings.setState({ voidPolicy: value as VoidPolicy })}
    />
  );
}
