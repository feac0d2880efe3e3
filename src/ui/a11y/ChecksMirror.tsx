import { groupName } from "../../app/checking";
import { foundText, takenOf } from "../../app/checkTexts";
import { useChecks } from "../panels/checks/useChecks";

/** What the checks found, as text: a line a rule, and whether it is of the label as it is. */
export function ChecksMirror() {
  const { report, isCurrent, leftOut, rule: open } = useChecks();
  if (report === null) return null;
  return (
    <li data-mirror="checks" data-current={isCurrent}>
      {isCurrent ? "Checks of the label" : "Checks of the label as it was"}
      <ul>
        {report.rules.map((one) => {
          const { count, pixels } = takenOf(one.groups, (key) => leftOut.has(groupName(one.rule, key)));
          return (
            <li key={one.rule} data-mirror="check" data-rule={one.rule} data-count={count} data-pixels={pixels}>
              {`${foundText(one)}, ${count} to change${open === one.rule ? ", outlined" : ""}`}
            </li>
          );
        })}
      </ul>
    </li>
  );
}
