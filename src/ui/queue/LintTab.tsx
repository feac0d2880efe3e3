import { Button, Group, Text } from "@mantine/core";
import { ListChecks } from "lucide-react";
import { useEffect } from "react";
import { useStore } from "zustand";
import { checkedAgain, ruleTexts } from "../../app/checkTexts";
import { lintSums } from "../../app/lintSums";
import { imageCount } from "../../app/summary";
import { ReasonButton } from "../a11y/ReasonButton";
import { useAction } from "../actions/useAction";
import { asStage } from "../canvas/focus";
import { useApp, useSession } from "../context";
import { GroupRow } from "./GroupRow";
import { LintWall } from "./LintWall";
import classes from "./queue.module.css";

/** What the rules find in all labels without the model: a rule each, and places of the one that is looked at. */
export function LintTab() {
  const { lintWall } = useApp();
  const rule = useStore(lintWall.store, ({ wall }) => wall?.rule ?? null);
  const isRunning = useSession((state) => state.changingMany !== null);
  const { rules } = useSession(lintSums);
  const found = rules.filter(({ count, rule: one }) => count > 0 || one === rule);
  const first = found[0]?.rule;
  useEffect(() => {
    if (rule === null && first !== undefined && !isRunning) lintWall.open(first);
  }, [rule, first, isRunning, lintWall]);
  if (found.length === 0) return <NothingFound />;
  return (
    <>
      <nav className={classes.list} aria-label="Rules">
        <div className={classes.scroll}>
          {found.map(({ rule: one, count, images }) => (
            <GroupRow key={one} isOpen={one === rule} count={count} images={images} open={() => lintWall.open(one)}>
              {ruleTexts[one].title}
            </GroupRow>
          ))}
        </div>
      </nav>
      <LintWall />
    </>
  );
}

/** Why there is no rule to look at, and what to do. */
function NothingFound() {
  const { queueing } = useApp();
  const { checked, total } = useSession(lintSums);
  const isRunning = useSession((state) => state.lintRun !== null);
  const check = useAction("check-labels");
  const isDone = checked === total;
  return (
    <section ref={asStage} className={classes.nothing} aria-label="Nothing to change">
      <ListChecks size={30} />
      <Text fw={600}>{checked === 0 ? "The labels are not checked yet" : "The rules found nothing"}</Text>
      <Text size="sm" c="dimmed" maw={440} ta="center">
        {isDone
          ? `All ${imageCount(total)} were checked for specks, pinholes, smears and unknown values.`
          : `${checked.toLocaleString("en")} of ${imageCount(total)} were checked for specks, pinholes, smears and unknown values. ${checkedAgain}`}
      </Text>
      <Group gap={8}>
        {!isDone && (
          <ReasonButton
            tip={check.tip}
            whyNot={isRunning ? "Labels are being checked already." : check.whyNot}
            onClick={check.run}
          >
            {check.label}
          </ReasonButton>
        )}
        <Button variant="default" onClick={queueing.close}>
          Back
        </Button>
      </Group>
    </section>
  );
}
