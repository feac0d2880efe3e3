import { ActionIcon, Button, Group, Paper, ScrollArea, Text, Tooltip } from "@mantine/core";
import { Files, Folder, type LucideIcon, Sparkles, X } from "lucide-react";
import type { RecentProject } from "../../app/session";
import { imageCount } from "../../app/summary";
import { useApp, useSession } from "../context";
import classes from "./start.module.css";

/** What was open before: to go on with, or to forget. */
export function RecentProjects() {
  const recent = useSession((state) => state.recent);
  if (recent.length === 0) return null;
  return (
    <Paper withBorder component="section" aria-labelledby="recent-projects">
      <Text size="sm" fw={600} px="md" pt="xs" component="h2" m={0} id="recent-projects">
        Recent projects
      </Text>
      <ScrollArea.Autosize mah={236} type="auto">
        <ul className={classes.recent}>
          {recent.map((project) => (
            <Row key={project.id} project={project} />
          ))}
        </ul>
      </ScrollArea.Autosize>
    </Paper>
  );
}

const kinds: Readonly<Record<RecentProject["kind"], { readonly text: string; readonly Icon: LucideIcon }>> = {
  sample: { text: "sample project", Icon: Sparkles },
  directory: { text: "folder", Icon: Folder },
  files: { text: "files", Icon: Files },
};

function Row({ project }: { readonly project: RecentProject }) {
  const { files } = useApp();
  const { id, name, kind, images, at, worked, resumable } = project;
  const { text, Icon } = kinds[kind];
  const work = worked === 0 ? "no work kept" : `work kept on ${imageCount(worked)}`;
  return (
    <li>
      <Group gap="sm" wrap="nowrap" justify="space-between">
        <Icon size={17} style={{ flex: "none" }} aria-hidden />
        <div style={{ minWidth: 0, flex: 1 }}>
          <Text size="sm" truncate title={name}>
            {name}
          </Text>
          <Text size="xs" c="dimmed">
            {text}
            {images !== undefined && ` (${images.first}${images.count > 1 ? ` and ${images.count - 1} more` : ""})`},{" "}
            {new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}, {work}
            {!resumable && ". Its files are not kept here: open them again to go on."}
          </Text>
        </div>
        {resumable && (
          <Button variant="light" flex="none" aria-label={`Resume ${name}`} onClick={() => void files.resume(id)}>
            Resume
          </Button>
        )}
        <Tooltip label="Remove from the list">
          <ActionIcon flex="none" aria-label={`Remove ${name}`} onClick={() => void files.remove(project)}>
            <X size={15} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </li>
  );
}
