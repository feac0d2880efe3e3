import { ActionIcon, Menu } from "@mantine/core";
import {
  CircleSlash,
  Ellipsis,
  History,
  Images,
  ListChecks,
  ListX,
  type LucideIcon,
  ScanSearch,
  Undo2,
} from "lucide-react";
import { whyNotFind } from "../../app/finding";
import type { OpenImage } from "../../app/session";
import { shownSet } from "../../review/sets";
import type { ActionName } from "../actions";
import { useAction } from "../actions/useAction";
import { useApp, useDocument, useSession, useSettings } from "../context";
import { HeatButton } from "./HeatMap";
import classes from "./panels.module.css";

/** Beside the tabs: the heat map, and what else can be done. */
export function ReviewHead({ image }: { readonly image: OpenImage }) {
  const set = useDocument(image.document, shownSet);
  return (
    <>
      <HeatButton set={set} />
      <ReviewMenu />
    </>
  );
}

function ReviewMenu() {
  const { settings } = useApp();
  const zooms = useSettings((state) => state.zoomToSelected);
  const learns = useSettings((state) => state.feedback);
  const reason = useSession((state) => whyNotFind(state.engine, state.image));
  const canFind = useAction("find-errors").enabled;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon size={24} aria-label="Review menu" title="Find errors, check the label, exclude areas">
          <Ellipsis size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <ReviewItem name="find-errors" Icon={ScanSearch} {...(reason === null ? {} : { title: reason })} />
        <ReviewItem name="scan-images" Icon={Images} />
        <ReviewItem name="take-back" Icon={History} />
        {/* A first item that is disabled cannot take the focus, and the keyboard would stay outside the menu. */}
        <ReviewItem name="check-label" Icon={ListChecks} isFirst={!canFind} />
        <Menu.Divider />
        <Menu.CheckboxItem checked={zooms} onChange={(zoomToSelected) => settings.setState({ zoomToSelected })}>
          Zoom to the selected row
        </Menu.CheckboxItem>
        <Menu.CheckboxItem checked={learns} onChange={(feedback) => settings.setState({ feedback })}>
          Rank by my decisions
        </Menu.CheckboxItem>
        <ReviewItem name="drop-list" Icon={ListX} />
        <Menu.Divider />
        <ReviewItem name="exclude-mask" Icon={CircleSlash} />
        <ReviewItem name="remove-exclusions" Icon={Undo2} />
      </Menu.Dropdown>
    </Menu>
  );
}

interface ReviewItemProps {
  readonly name: ActionName;
  readonly Icon: LucideIcon;
  /** Instead of what the action is good for. */
  readonly title?: string;
  /** Gets the focus when the menu opens. */
  readonly isFirst?: boolean;
}

function ReviewItem({ name, Icon, title, isFirst = false }: ReviewItemProps) {
  const { label, keys, tip, enabled, run } = useAction(name);
  return (
    <Menu.Item
      leftSection={<Icon size={15} />}
      {...(keys === "" ? {} : { rightSection: <kbd className={classes.menuKey}>{keys}</kbd> })}
      {...(isFirst ? { "data-autofocus": true } : {})}
      disabled={!enabled}
      title={title ?? tip}
      onClick={run}
    >
      {label}
    </Menu.Item>
  );
}
