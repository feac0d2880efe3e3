import { Text } from "@mantine/core";
import { classNameOf, classOf, type Rgb } from "../../core/classTable";
import { rgbToHex } from "../../core/palette";
import { useDisplayClasses } from "../context";
import classes from "./review.module.css";

const unnamedColor: Rgb = [128, 128, 128];

/** A class by its colour, as it is displayed, and name. */
export function ClassTag({ id }: { readonly id: number }) {
  const table = useDisplayClasses();
  const color = classOf(table, id)?.color ?? unnamedColor;
  return (
    <span className={classes.tag}>
      <span className={classes.swatch} style={{ background: rgbToHex(color) }} />
      <Text span inherit truncate>
        {classNameOf(table, id)}
      </Text>
    </span>
  );
}
