import { Tabs, Tooltip } from "@mantine/core";
import type { OpenImage } from "../../app/session";
import { LIVE } from "../../review/sets";
import { useDocument } from "../context";
import { FindingProgress } from "./FindingProgress";
import { Panel } from "./Panel";
import classes from "./panels.module.css";
import { ReviewHead } from "./ReviewHead";
import { reviewTabs } from "./reviewTabs";

/** What is to be decided: a tab for every list, whose results stand side by side. */
export function ReviewPanel({ image }: { readonly image: OpenImage }) {
  const { document } = image;
  const shown = useDocument(document, (state) => state.shown) ?? LIVE;
  return (
    <Panel title="Review" grows aside={<ReviewHead image={image} />}>
      <FindingProgress />
      <Tabs className={classes.tabs} value={shown} onChange={document.show} keepMounted={false}>
        <Tabs.List grow aria-label="Lists to review">
          {reviewTabs.map((tab) => (
            <TabHead key={tab.name} tab={tab} image={image} />
          ))}
        </Tabs.List>
        {reviewTabs.map(({ name, Content }) => (
          <Tabs.Panel key={name} className={classes.tabPanel} value={name}>
            <Content image={image} name={name} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Panel>
  );
}

interface TabHeadProps {
  readonly tab: (typeof reviewTabs)[number];
  readonly image: OpenImage;
}

function TabHead({ tab, image }: TabHeadProps) {
  const count = tab.useCount(image);
  return (
    <Tooltip label={tab.what}>
      <Tabs.Tab className={classes.tab} value={tab.name} aria-label={`${tab.label}: ${count} to decide`}>
        {tab.label} {count > 0 && <span className={classes.tabCount}>{count}</span>}
      </Tabs.Tab>
    </Tooltip>
  );
}
