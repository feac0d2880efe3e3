import type { DatasetItem } from "../dataset/types";
import { withBacklog } from "../project/backlog";
import { ownedStore } from "../project/ownedStore";
import { createOwnership } from "../project/ownership";
import { type AddingClasses, createAddingClasses } from "./addingClasses";
import { type Asides, createAsides } from "./asides";
import { type Checking, createChecking } from "./checking";
import { createDataSetView, type DataSetView } from "./dataSetView";
import { followDecided, trackDecided } from "./decided";
import { createDecisionLog } from "./decisionLog";
import { createDocuments, type Documents } from "./documents";
import { tellOfDroppedRows } from "./droppedRows";
import { createEditing, type Editing } from "./editing";
import { followEngine } from "./engineNews";
import { createExamples } from "./examples";
import { createExchange, type Exchange } from "./exchange/exchange";
import { takeImportBack } from "./exchange/takeImportBack";
import { createExcluding, type Excluding } from "./excluding";
import { createFiles, type Files } from "./files";
import { createFinding, type Finding } from "./finding";
import { createGuard } from "./guard";
import { createHeats, type Heats } from "./heats";
import { trackImageState } from "./imageStates";
import { createImages, type Images } from "./images";
import { createKeptCheck } from "./keptCheck";
import { createLinting, type Linting } from "./linting";
import { createLintKept } from "./lintKept";
import { createLintWall, type LintWall } from "./lintWall";
import { createLive, type Live } from "./live";
import { createMessages, type Messages } from "./messages";
import { createOlderState } from "./olderState";
import { trackOutdated } from "./outdatedFound";
import { createOutput, type Output } from "./output";
import { loadPhoto, readPicture } from "./photo";
import { createPhotographs } from "./photographs";
import { createPhotos } from "./photos";
import { createQueueImages } from "./queueImages";
import { createQueueing, type Queueing } from "./queueing";
import { createRemovingClasses, type RemovingClasses } from "./removingClasses";
import { createReviewing, type Reviewing } from "./reviewing";
import { createScanning, type Scanning } from "./scanning";
import { followSelection } from "./selection";
import { createSelfCheck, type SelfCheck } from "./selfCheck";
import type { Services } from "./services";
import { createSession, type SessionStore } from "./session";
import { createSettings, type SettingsStore } from "./settings";
import { followStorage } from "./storageNews";
import { createStrip, type Strip } from "./strip";
import { createSummaries, type Summaries } from "./summaries";
import { createSupport, type Support } from "./support";
import { createTabs, type Tabs, tellOfUnknownTabs } from "./tabs";
import { announce } from "./tell";
import { createThumbnails, type Thumbnails } from "./thumbnails";
import { createTurning, type Turning } from "./turning";
import { createWork } from "./work";

/** Everything the components may use: the two stores and the actions on them. */
export interface App {
  readonly settings: SettingsStore;
  readonly session: SessionStore;
  readonly messages: Messages;
  readonly live: Live;
  readonly files: Files;
  readonly images: Images;
  readonly dataSetView: DataSetView;
  readonly thumbnails: Thumbnails;
  readonly heats: Heats;
  readonly editing: Editing;
  readonly adding: AddingClasses;
  readonly removing: RemovingClasses;
  readonly reviewing: Reviewing;
  readonly queueing: Queueing;
  readonly strip: Strip;
  readonly selfCheck: SelfCheck;
  readonly checking: Checking;
  readonly linting: Linting;
  readonly lintWall: LintWall;
  readonly finding: Finding;
  readonly scanning: Scanning;
  readonly summaries: Summaries;
  readonly support: Support;
  readonly excluding: Excluding;
  readonly turning: Turning;
  readonly output: Output;
  readonly exchange: Exchange;
  readonly asides: Asides;
  readonly tabs: Tabs;
  /** Keeps what is not kept yet: the page may be gone in a moment, or it could not be kept before. */
  keepWork(): Promise<void>;
  /** Whether closing the page now would lose work. */
  atRisk(): boolean;
  /** Starts the model again after it was given up. */
  restartModel(): void;
  /** Stops the model, else a search for errors, else clears the mask. No list to review goes with it. */
  cancel(): void;
}

export function createApp(given: Services, storage?: Pick<Storage, "getItem" | "setItem">): App {
  const ownership = createOwnership(given.tabs ?? null);
  const services = { ...given, store: withBacklog(ownedStore(given.store, ownership.mayWrite)) };
  const settings = createSettings(storage);
  const session = createSession();
  const messages = createMessages(session);
  const { client } = services;
  followDecided(session);
  followSelection(session, settings);
  tellOfDroppedRows(session);
  const live = createLive(client, session, settings);
  const work = createWork(services, session, ownership);
  const summaries = createSummaries(services, session, settings);
  const checking = createChecking(session, settings, services.linter, live);
  const lintKept = createLintKept(services.store, session, settings, checking);
  const documents: Documents = createDocuments(
    services,
    (document) => {
      const trackers = [trackImageState(session, document), summaries.track(document), trackDecided(session, document)];
      const others = [thumbnails.track(document), trackOutdated(session, document), lintKept.track(document)];
      const stops = [...trackers, ...others, removing.track(document)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    6,
    (document) => session.getState().image?.document === document,
    () => settings.getState().reviewer.trim(),
  );
  const thumbnails = createThumbnails(services, session, documents, work, summaries);
  const heats = createHeats(session, documents, work);
  const photographs = createPhotographs(session, () => files.close());
  const { see } = photographs;
  const images = createImages(services, session, settings, documents, work.opened, see);
  const dataSetView = createDataSetView(session, images, summaries);
  const photos = createPhotos((item) => loadPhoto(item, services.decoder));
  const queueImages = createQueueImages(session, settings, documents, photos, see);
  const decisionLog = createDecisionLog(services.store, session, queueImages, "act");
  const fixLog = createDecisionLog(services.store, session, queueImages, "fix");
  const classLog = createDecisionLog(services.store, session, queueImages, "class");
  const takeBackImport = takeImportBack(session, queueImages, summaries);
  const importLog = createDecisionLog(services.store, session, queueImages, "import", takeBackImport);
  const exchange = createExchange(session, documents, summaries, work, settings, queueImages, importLog);
  const keptCheck = createKeptCheck(services.store, session);
  const followers = [photographs, summaries, thumbnails, decisionLog, fixLog, classLog, importLog, keptCheck];
  const queueing = createQueueing(session, settings, queueImages, summaries, live, work, decisionLog);
  const files: Files = createFiles(services, session, settings, images, work, followers, exchange, queueing);
  const editing = createEditing(session, settings, live);
  const adding = createAddingClasses(services, session, settings);
  const removing = createRemovingClasses(services, session, settings, documents, queueImages, work, live, classLog);
  const reviewing = createReviewing(session, settings, live);
  const strip = createStrip(client, session, settings, live);
  const linting = createLinting(services, session, documents, lintKept, work);
  const lintWall = createLintWall(services, session, settings, queueImages, lintKept, linting, live, work, fixLog);
  const examples = createExamples(documents, work, (item) => readPicture(item, services.decoder));
  const support = createSupport(services, session, settings, examples, work);
  const finding = createFinding(services, session, settings, support, summaries);
  const picture = (item: DatasetItem) => readPicture(item, services.decoder);
  const scanning = createScanning(services, session, settings, documents, summaries, support, work, picture);
  const selfCheck = createSelfCheck(client, session, settings, support, examples, keptCheck);
  const excluding = createExcluding(session);
  const turning = createTurning(session, images);
  const output = createOutput(services, session, documents, work, () => settings.getState().reviewer);

  const asides = createAsides(services, session, settings, documents, images, work);

  const stop = (): void => {
    live.cancel();
    finding.cancel();
    selfCheck.cancel();
  };
  const tabs = createTabs(ownership, session, work, files, stop, given.isInSight);
  if (given.tabs === null) tellOfUnknownTabs(session);
  /** What the interface calls; services call each other without it. */
  const guard = createGuard(session);
  const saysOlder = createOlderState(session, tabs);
  followEngine(client, session, messages);
  void followStorage(services, session, work);

  const edits = guard(editing, "undo", "redo", "growMask", "includeRest", "maskBoundaries", "clearMask", "changeClass");
  function cancel(): void {
    if (live.cancel()) announce(session, "Reconstruction stopped. The mask stays: Esc again clears it.");
    else if (!finding.cancel()) edits.clearMask();
  }

  const keepWork = async (): Promise<void> => work.current()?.flush();
  const atRisk = (): boolean => {
    const { saved, imageStates, exporting } = session.getState();
    const worked = [...imageStates.values()].some(({ changed }) => changed === true);
    if (exporting !== null) return true;
    return !["saved", "temporary", "elsewhere"].includes(saved) || (worked && !services.store.lasts);
  };
  return {
    atRisk,
    keepWork,
    settings,
    session,
    messages,
    tabs,
    live: guard(live, "strokeEnded", "run"),
    files: guard(files, "readAs"),
    images,
    dataSetView: guard(dataSetView, "mark"),
    thumbnails,
    heats,
    editing: guard(edits, "setLocked"),
    adding: guard(adding, "add"),
    removing: guard(removing, "remove", "relabel", "relabelAll", "keep", "takeBack"),
    reviewing: guard(reviewing, "decide", "acceptAs", "acceptAll", "dropList"),
    queueing: guard(queueing, "decide", "decideWall", "undo", "takeBack"),
    strip: guard(strip, "pick", "acceptAgreed"),
    selfCheck,
    checking: guard(checking, "apply"),
    linting: guard(linting, "check", "renew", "resume"),
    lintWall: guard(lintWall, "apply", "undo", "takeBack"),
    finding: guard(finding, "find"),
    scanning: guard(scanning, "openSheet", "start", "resume", "remove"),
    summaries,
    support: guard(support, "resume"),
    excluding: guard(excluding, "excludeMask", "removeExclusions"),
    turning: guard(turning, "turnPicture"),
    output: saysOlder(guard(output, "save"), "export", "exportAs"),
    exchange: saysOlder(guard(exchange, "importFile", "takeBack"), "exportSuggestions", "exportDecisions"),
    asides: guard(asides, "drop", "apply"),
    restartModel: client.restart,
    cancel,
  };
}
