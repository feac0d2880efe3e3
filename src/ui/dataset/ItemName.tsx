import classes from "./ItemName.module.css";

/** The name of an image, cut at its start where there is no room: names of a data set mostly differ at their ends. */
export function ItemName({ name }: { readonly name: string }) {
  return (
    <span className={classes.name} title={name}>
      <bdi>{name}</bdi>
    </span>
  );
}
