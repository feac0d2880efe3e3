import { ActionIcon, Menu } from "@mantine/core";
import { CircleSlash, Ellipsis, ListChecks, ScanSearch, Undo2 } from "lucide-react";
import { whyNotFind } from "../../app/finding";
import type { OpenImage } from "../../app/session";
import { excludedIn } from "../../review/exclusions";
import { openSuggestions } from "../../review/queue";
import type { SuggestionSet } from "../../review/types";
import { useApp, useDocument, useSession } from "../context";
import { HeatButton } from "./HeatMap";
import classes from "./panels.module.css";

/** Beside the panel's title: how many are left, the heat map, and what else can be done. */
export function ReviewHead({ image }: { readonly image: OpenImage }) {
  const proposal = useDocument(image.document, (state) => state.proposal);
  return (
    <div className={classes.reviewHead}>
      <span>{proposal !== null && progressText(proposal, openSuggestions(proposal).length)}</span>
      <HeatButton set={proposal} />
      <ReviewMenu image={image} />
    </div>
  );
}

function progressText({ passes, passesDone }: SuggestionSet, left: number): string {
  return passesDone < passes ? `preview ${passesDone} of ${passes}` : `${left} to decide`;
}

function ReviewMenu({ image }: { readonly image: OpenImage }) {
  const { checking, excluding, finding } = useApp();
  const reason = useSession((state) => whyNotFind(state.engine, state.image));
  const running = useSession((state) => state.finding !== null);
  const masked = useDocument(image.document, (state) => state.maskedPixels > 0);
  const excluded = useSession((state) => excludedIn(state.exclusions, image.document) !== null);
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon size={24} aria-label="Review menu" title="Find errors, check the label, exclude areas">
          <Ellipsis size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<ScanSearch size={15} />}
          rightSection={<kbd className={classes.menuKey}>F2</kbd>}
          disabled={reason !== null || running}
          title={reason ?? undefined}
          onClick={() => void finding.find()}
        >
          Find errors
        </Menu.Item>
        <Menu.Item leftSection={<ListChecks size={15} />} onClick={checking.check}>
          Check label
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<CircleSlash size={15} />}
          disabled={!masked}
          title="Never judge the masked area, in all images of this size: the ego-vehicle, a logo"
          onClick={excluding.excludeMask}
        >
          Exclude from finding
        </Menu.Item>
        <Menu.Item leftSection={<Undo2 size={15} />} disabled={!excluded} onClick={excluding.removeExclusions}>
          Remove exclusions
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
