import { Text } from "@mantine/core";
import { classesOf } from "../../app/session";
import { classNameOf, classOf, type Rgb } from "../../core/classTable";
import { rgbToHex } from "../../core/palette";
import { useSession } from "../context";
import classes from "./review.module.css";

const unnamedColor: Rgb = [128, 128, 128];

/** A class by its colour and name. */
export function ClassTag({ id }: { readonly id: number }) {
  const name = useSession((state) => classNameOf(classesOf(state), id));
  return (
    <span className={classes.tag}>
      <ClassSwatch id={id} />
      <Text span inherit truncate>
        {name}
      </Text>
    </span>
  );
}

function ClassSwatch({ id }: { readonly id: number }) {
  const color = useSession((state) => classOf(classesOf(state), id)?.color ?? unnamedColor);
  return <span className={classes.swatch} style={{ background: rgbToHex(color) }} />;
}
