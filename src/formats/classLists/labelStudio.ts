import { type ClassEntry, type ClassListKind, readColor } from "./classEntry";

/** Label Studio's labelling configuration: `<Label value="..." background="#..."/>` within BrushLabels and the like. */
export const labelStudioConfig: ClassListKind = {
  name: "Label Studio configuration",
  read({ text }) {
    if (!/<(Brush|Polygon|Rectangle|Ellipse|KeyPoint|Bitmask)?Labels\b/i.test(text)) return null;
    const tags = text.split(">").slice(0, -1);
    const entries = tags.flatMap((tag): ClassEntry[] => {
      const attributes = /<Label\b([\s\S]*)$/i.exec(tag)?.[1];
      if (attributes === undefined) return [];
      const name = attribute(attributes, "alias") ?? attribute(attributes, "value");
      const color = readColor(attribute(attributes, "background"));
      return name ? [{ name, ...(color ? { color } : {}) }] : [];
    });
    return entries.length > 0 ? entries : null;
  },
};

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function attribute(text: string, name: string): string | undefined {
  const match = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "i").exec(text);
  return (match?.[1] ?? match?.[2])
    ?.replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => entities[entity])
    .trim();
}
