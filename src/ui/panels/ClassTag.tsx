import { Text } from "@mantine/core";
import { classNameOf, classOf, type Rgb } from "../../core/classTable";
import { rgbToHex } from "../../core/palette";
import { useDisplayClasses } from "../context";
import classes from "./review.module.css";

const unnamedColor: Rgb = [128, 128, 128];

/** A class by its colour, as it is displayed, and name. */
export function ClassTag({ id }: { readonly id: number }) {
  const table = useDisplayClasses();
  return (
    <span className={classes.tag}>
      <ClassSwatch id={id} />
      <Text span inherit truncate title={classNameOf(table, id)}>
        {classNameOf(table, id)}
      </Text>
    </span>
  );
}

export function ClassSwatch({ id }: { readonly id: number }) {
  const color = classOf(useDisplayClasses(), id)?.color ?? unnamedColor;
  return <span className={classes.swatch} style={{ background: rgbToHex(color) }} />;
}
