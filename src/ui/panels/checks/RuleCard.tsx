import { ActionIcon, Button, NumberInput, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { ChevronDown, ChevronLeft, ChevronRight, CircleMinus, CirclePlus, Wand } from "lucide-react";
import { useId } from "react";
import { groupName } from "../../../app/checking";
import { actionText, allLeftOut, ruleTexts, takenOf } from "../../../app/checkTexts";
import { classesOf, type OpenImage } from "../../../app/session";
import { lintSizeLimits } from "../../../app/settings";
import { groupCount, placeOf } from "../../../review/lint/pixelGroups";
import type { RuleReport } from "../../../review/lint/types";
import { ReasonButton } from "../../a11y/ReasonButton";
import { useAction } from "../../actions/useAction";
import { useApp, useSession, useSettings } from "../../context";
import { CropWall } from "./CropWall";
import classes from "./checks.module.css";
import { RuleClasses } from "./RuleClasses";
import { useChecks } from "./useChecks";

interface RuleProps {
  readonly report: RuleReport;
  readonly image: OpenImage;
}

/** A rule with how much it found; unfolded what it means, of which classes, examples, and its action. */
export function RuleCard({ report, image }: RuleProps) {
  const { checking } = useApp();
  const { rule, groups } = report;
  const open = useChecks().rule === rule;
  const id = useId();
  const count = groupCount(groups);
  const isSpared = report.classes.some(({ on }) => !on);
  const Arrow = open ? ChevronDown : ChevronRight;
  return (
    <section className={classes.card} aria-label={ruleTexts[rule].title} data-open={open}>
      <UnstyledButton
        className={classes.head}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => checking.openRule(open ? null : rule)}
      >
        <Arrow size={14} aria-hidden />
        <span className={classes.title}>{ruleTexts[rule].title}</span>
        <Text span size="xs" c={count === 0 ? "dimmed" : "bright"} className={classes.count}>
          {count === 0
            ? isSpared
              ? "left alone"
              : "none"
            : `${count.toLocaleString("en")} · ${groups.pixels.length.toLocaleString("en")} px`}
        </Text>
      </UnstyledButton>
      {open && (
        <div id={id} className={classes.body}>
          <Text size="xs" c="dimmed">
            {ruleTexts[rule].what}
          </Text>
          {(rule === "pinholes" || rule === "specks") && <SizeField rule={rule} />}
          <RuleClasses report={report} />
          {count > 0 && <Found report={report} image={image} />}
        </div>
      )}
    </section>
  );
}

function SizeField({ rule }: { readonly rule: "pinholes" | "specks" }) {
  const { checking } = useApp();
  const size = useSettings((state) => state[rule]);
  const label = `Largest ${rule === "pinholes" ? "pinhole" : "speck"}`;
  return (
    <div className={classes.size}>
      <Text size="xs">{label}</Text>
      <NumberInput
        size="xs"
        w={72}
        aria-label={`${label}, pixels`}
        value={size}
        {...lintSizeLimits}
        allowDecimal={false}
        onChange={(value) => typeof value === "number" && value > 0 && checking.setSize(rule, value)}
      />
      <Text size="xs">px</Text>
    </div>
  );
}

/** Examples, where they are, and the action. */
const outdated = "The label changed: it is being checked again.";

function Found({ report, image }: RuleProps) {
  const { checking } = useApp();
  const { rule, groups } = report;
  const { leftOut, isCurrent } = useChecks();
  const sizes = useSettings((state) => state);
  const table = useSession(classesOf);
  const taken = takenOf(groups, (key) => leftOut.has(groupName(rule, key)));
  return (
    <>
      <CropWall report={report} image={image} />
      <div className={classes.foot}>
        <Stepper report={report} />
        <ReasonButton
          fullWidth
          h="auto"
          mih={30}
          py={5}
          variant="light"
          color="teal"
          classNames={{ label: classes.action }}
          whyNot={isCurrent ? (taken.count === 0 ? `${allLeftOut(rule, taken.of)}.` : null) : outdated}
          edits
          leftSection={<Wand size={15} />}
          onClick={() => checking.apply(rule)}
        >
          {taken.count === 0 ? allLeftOut(rule, taken.of) : actionText(rule, taken, sizes, table)}
        </ReasonButton>
      </div>
    </>
  );
}

function Stepper({ report: { rule, groups } }: Pick<RuleProps, "report">) {
  const { checking } = useApp();
  const { selected, leftOut } = useChecks();
  const [next, previous, reject] = [
    useAction("next-suggestion"),
    useAction("previous-suggestion"),
    useAction("reject"),
  ];
  const count = groupCount(groups);
  const at = placeOf(groups, selected);
  const isOut = selected !== null && leftOut.has(groupName(rule, selected));
  const Out = isOut ? CirclePlus : CircleMinus;
  return (
    <div className={classes.stepper}>
      <Tooltip label={`Previous place${previous.inBrackets}`}>
        <ActionIcon size={24} aria-label="Previous place" onClick={() => checking.step(-1)}>
          <ChevronLeft size={16} />
        </ActionIcon>
      </Tooltip>
      <Text size="xs" className={classes.place}>
        {at < 0
          ? `${count.toLocaleString("en")} ${count === 1 ? "place" : "places"}`
          : `${at + 1} of ${count.toLocaleString("en")}`}
      </Text>
      <Tooltip label={`Next place${next.inBrackets}`}>
        <ActionIcon size={24} aria-label="Next place" onClick={() => checking.step(1)}>
          <ChevronRight size={16} />
        </ActionIcon>
      </Tooltip>
      <span className={classes.spacer} />
      {at >= 0 && (
        <Tooltip label={`Whether the action leaves this place alone${reject.inBrackets}`}>
          <Button size="compact-xs" variant="default" leftSection={<Out size={13} />} onClick={() => checking.toggle()}>
            {isOut ? "Take in" : "Leave out"}
          </Button>
        </Tooltip>
      )}
    </div>
  );
}
