import { type BackboneName, isBackboneName } from "./backbone";

/** The shape of one L-MAE, as the exporter writes it: snake case, one to one with `training/lmae/model/config.py`. */
export interface LmaeConfig {
  readonly name: string;
  readonly patch: number;
  /** Pretrained image backbone; null: the model's own stem. */
  readonly backbone: BackboneName | null;
  /** Channels of the image's features at stride 2, 4, 8, whether from the stem or the backbone. */
  readonly stem: readonly [number, number, number];
  readonly dim: number;
  readonly depth: number;
  readonly decoderDepth: number;
  readonly headDim: number;
  readonly mlpRatio: number;
  readonly fuseWidth: number;
  readonly propagateHeads: number;
  readonly propagateDim: number;
  readonly diffusionSteps: number;
  /** Class posteriors of the slots by other labelled images are an input (`support.ts`). */
  readonly support: boolean;
  /** Channels of the decoder run per slot, at stride 8, 4, 2. */
  readonly slotWidth: readonly [number, number, number];
  readonly priorLength: number;
  readonly farLength: number;
  readonly imageMean: number;
  readonly imageStd: number;
  readonly layerNormEpsilon: number;
  readonly maxSlots: number;
}

const GELU = "sigmoid-1.702";

/** Reads the `config` object of a model's manifest. Throws an Error naming the field when one is missing or unusable. */
export function parseConfig(json: unknown): LmaeConfig {
  if (typeof json !== "object" || json === null) throw new Error("The model's manifest has no config.");
  const fields = json as Record<string, unknown>;
  if (fields.gelu !== GELU)
    throw new Error(`The model asks for gelu "${String(fields.gelu)}"; only "${GELU}" is known.`);
  const config: LmaeConfig = {
    name: text(fields, "name"),
    patch: number(fields, "patch"),
    backbone: backbone(fields),
    stem: triple(fields, "stem"),
    dim: number(fields, "dim"),
    depth: number(fields, "depth"),
    decoderDepth: number(fields, "decoder_depth"),
    headDim: number(fields, "head_dim"),
    mlpRatio: number(fields, "mlp_ratio"),
    fuseWidth: number(fields, "fuse_width"),
    propagateHeads: number(fields, "propagate_heads"),
    propagateDim: number(fields, "propagate_dim"),
    diffusionSteps: number(fields, "diffusion_steps"),
    support: support(fields),
    slotWidth: triple(fields, "slot_width"),
    priorLength: number(fields, "prior_length"),
    farLength: number(fields, "far_length"),
    imageMean: number(fields, "image_mean"),
    imageStd: number(fields, "image_std"),
    layerNormEpsilon: number(fields, "layer_norm_epsilon"),
    maxSlots: number(fields, "max_slots"),
  };
  if (fields.fixed_classes)
    throw new Error(`${config.name} knows fixed classes only; the editor needs anonymous slots.`);
  if (config.patch !== 16) throw new Error(`The model uses patches of ${config.patch} px; only 16 is known.`);
  return config;
}

/** Models from before there were backbones do not have the field. */
function backbone({ backbone: name = null }: Record<string, unknown>): BackboneName | null {
  if (name === null) return null;
  if (typeof name !== "string" || !isBackboneName(name)) {
    throw new Error(`The model asks for the backbone "${String(name)}", which is not known.`);
  }
  return name;
}

/** Models from before there was support do not have the field. */
function support({ support: told = false }: Record<string, unknown>): boolean {
  if (typeof told !== "boolean") throw new Error(`The model's config has no usable "support".`);
  return told;
}

function text(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  if (typeof value !== "string") throw new Error(`The model's config has no usable "${name}".`);
  return value;
}

function number(fields: Record<string, unknown>, name: string): number {
  const value = fields[name];
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new Error(`The model's config has no usable "${name}".`);
  }
  return value;
}

function triple(fields: Record<string, unknown>, name: string): [number, number, number] {
  const value = fields[name];
  if (!Array.isArray(value) || value.length !== 3 || !value.every((v) => typeof v === "number")) {
    throw new Error(`The model's config has no usable "${name}".`);
  }
  return [value[0], value[1], value[2]];
}
