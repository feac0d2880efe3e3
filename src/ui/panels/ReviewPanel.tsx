import { Tabs, VisuallyHidden } from "@mantine/core";
import type { OpenImage } from "../../app/session";
import { LIVE } from "../../review/sets";
import { useDocument } from "../context";
import { FindingProgress } from "./FindingProgress";
import classes from "./panels.module.css";
import { ReviewHead } from "./ReviewHead";
import { reviewTabs } from "./reviewTabs";

/** What is to be decided: a tab for every list, whose results stand side by side. The tabs are its title: rows need the room. */
export function ReviewPanel({ image }: { readonly image: OpenImage }) {
  const { document } = image;
  const shown = useDocument(document, (state) => state.shown) ?? LIVE;
  return (
    <section className={classes.panel} data-grows aria-label="Review">
      <VisuallyHidden component="h2">Review</VisuallyHidden>
      <Tabs className={classes.tabs} value={shown} onChange={document.show} keepMounted={false}>
        <div className={classes.reviewHead}>
          <Tabs.List grow className={classes.tabList} aria-label="Lists to review">
            {reviewTabs.map((tab) => (
              <TabHead key={tab.name} tab={tab} image={image} />
            ))}
          </Tabs.List>
          <ReviewHead image={image} />
        </div>
        {reviewTabs.map(({ name, Content }) => (
          <Tabs.Panel key={name} className={classes.tabPanel} value={name}>
            <Content image={image} name={name} />
          </Tabs.Panel>
        ))}
      </Tabs>
      <FindingProgress />
    </section>
  );
}

interface TabHeadProps {
  readonly tab: (typeof reviewTabs)[number];
  readonly image: OpenImage;
}

function TabHead({ tab, image }: TabHeadProps) {
  const count = tab.useCount(image);
  return (
    <Tabs.Tab className={classes.tab} value={tab.name} aria-label={`${tab.label}: ${count} to decide`} title={tab.what}>
      {tab.label} {count > 0 && <span className={classes.tabCount}>{count}</span>}
    </Tabs.Tab>
  );
}
