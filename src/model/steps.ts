/** Lets other work happen between two blocks of the model; throws to cancel the request. */
export type Checkpoint = () => Promise<void>;
