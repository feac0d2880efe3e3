import { VisuallyHidden } from "@mantine/core";
import { ClassTag } from "../panels/ClassTag";
import classes from "./queue.module.css";

/** The class that is there, and below it the one that would be; of one and the same class the outline moves. */
export function PairTags({ from, to }: { readonly from: number; readonly to: number }) {
  return (
    <>
      <span className={classes.from}>
        <ClassTag id={from} />
      </span>
      {from === to ? (
        <span className={classes.to}>outline moves</span>
      ) : (
        <span className={classes.to}>
          <span aria-hidden>→</span>
          <VisuallyHidden> to </VisuallyHidden>
          <ClassTag id={to} />
        </span>
      )}
    </>
  );
}
