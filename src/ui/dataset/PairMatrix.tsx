import { Text, UnstyledButton } from "@mantine/core";
import { openPairs, type PairCount } from "../../app/imageOrder";
import { pairText } from "../../app/rowText";
import { type ClassTable, classNameOf, classOf } from "../../core/classTable";
import { rgbToHex } from "../../core/palette";
import { useApp, useDisplayClasses, useSession } from "../context";
import classes from "./dataset.module.css";

/** More would not fit beside the images; the rest is counted below. */
const most = { from: 9, to: 5 } as const;

/** How many undecided finds would change which class into which; a cell shows the images that have them. */
export function PairMatrix() {
  const { dataSetView } = useApp();
  const pairs = useSession(openPairs);
  const table = useDisplayClasses();
  const pair = useSession((state) => state.filter.pair);
  const tos = leading(pairs, "to").slice(0, most.to);
  // Those of the columns that are there: a row without a number would say nothing.
  const froms = leading(
    pairs.filter(({ to }) => tos.includes(to)),
    "from",
  ).slice(0, most.from);
  const counts = new Map(pairs.map(({ from, to, count }) => [`${from} ${to}`, count]));
  const shown = froms.flatMap((from) => tos.map((to) => counts.get(`${from} ${to}`) ?? 0));
  const total = pairs.reduce((sum, { count }) => sum + count, 0);
  const left = total - shown.reduce((sum, count) => sum + count, 0);
  const highest = Math.max(1, ...shown);
  return (
    <section className={classes.section} aria-label="Findings by class">
      <Text size="xs" fw={600} component="h2" m={0} mb={6}>
        Findings by class
      </Text>
      {total === 0 ? (
        <Text size="xs" c="dimmed">
          No finding is undecided. What is found in the images is counted here.
        </Text>
      ) : (
        <table className={classes.matrix}>
          <caption className={classes.caption}>
            Undecided findings, from the labelled class to the one it looks like
          </caption>
          <thead>
            <tr>
              <td />
              {tos.map((to) => (
                <th key={to} scope="col" className={classes.to}>
                  <ClassName table={table} id={to} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {froms.map((from) => (
              <tr key={from}>
                <th scope="row" className={classes.from}>
                  <ClassName table={table} id={from} />
                </th>
                {tos.map((to) => {
                  const count = counts.get(`${from} ${to}`) ?? 0;
                  const isOn = pair?.from === from && pair.to === to;
                  if (count === 0) return <td key={to} className={classes.cell} />;
                  return (
                    <td key={to} style={{ padding: 0 }}>
                      <UnstyledButton
                        className={classes.cell}
                        aria-pressed={isOn}
                        aria-label={`${pairText({ from, to }, table)}: ${count}`}
                        title={pairText({ from, to }, table)}
                        style={{ ["--share" as string]: `${Math.round(18 + (62 * count) / highest)}%` }}
                        onClick={() => dataSetView.find({ pair: isOn ? null : { from, to } })}
                      >
                        {count > 999 ? "1k+" : count}
                      </UnstyledButton>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {left > 0 && (
        <Text size="xs" c="dimmed" mt={6}>
          {`${left.toLocaleString("en")} more between other classes.`}
        </Text>
      )}
    </section>
  );
}

function ClassName({ table, id }: { readonly table: ClassTable; readonly id: number }) {
  const color = classOf(table, id)?.color ?? [128, 128, 128];
  const name = classNameOf(table, id);
  return (
    <span title={name}>
      <span className={classes.swatch} style={{ background: rgbToHex(color) }} aria-hidden /> {name}
    </span>
  );
}

/** The classes on one side of the pairs, that with most finds first. */
function leading(pairs: readonly PairCount[], side: "from" | "to"): readonly number[] {
  const counts = new Map<number, number>();
  for (const one of pairs) counts.set(one[side], (counts.get(one[side]) ?? 0) + one.count);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([id]) => id);
}
