import { isPlain, lookOf, lookTable } from "../../app/look";
import { useSession, useSettings } from "../context";

const id = "picture-look";

/** The look of the open photograph, or of another item's, chosen for all or for this one. */
export function useLook(other?: string) {
  const open = useSession((state) => state.image?.item.key ?? "");
  const key = other ?? open;
  return useSettings((state) => lookOf(state, key));
}

/** The CSS filter of the canvas that shows the photograph: the browser applies it, nothing is drawn anew. */
export function usePictureFilter(other?: string): string {
  return isPlain(useLook(other)) ? "" : `url(#${id})`;
}

/** What that filter does. The values themselves stay as they are: neither the model nor a file sees it. */
export function PictureFilter({ of }: { readonly of?: string }) {
  const look = useLook(of);
  const values = lookTable(look)
    .map((value) => value.toFixed(4))
    .join(" ");
  return (
    <svg width={0} height={0} style={{ position: "absolute" }} aria-hidden="true">
      <filter id={id} colorInterpolationFilters="sRGB">
        <feComponentTransfer>
          <feFuncR type="table" tableValues={values} />
          <feFuncG type="table" tableValues={values} />
          <feFuncB type="table" tableValues={values} />
        </feComponentTransfer>
      </filter>
    </svg>
  );
}
