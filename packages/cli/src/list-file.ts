import type { ListBytes } from "@watertight/core";
import { type ListPlace, placeOfList, type ReadBytes } from "./pieces.ts";

/** The items of a list in JSON. */
export interface ListFile extends ListBytes {
  /** `whole`: its bytes come at once, and it can be read as a text too. */
  readonly comes: "whole" | "in stretches";
  /** Gives its bytes to `take`, stretch by stretch. */
  readonly pour: (take: Take) => Promise<void>;
}

/** Says how many of the bytes it is done with: those after them come again with what follows. Nothing means that no more are wanted. */
export type Take = (bytes: Uint8Array, ends: boolean) => number | undefined;

/** How large a file is read in which way, in bytes. */
export interface Limits {
  /** A list in JSON of more than this is read from its bytes. */
  readonly text: number;
  /** One of more than this comes in stretches: a text cannot be longer than about 512 MB, and takes memory long before. */
  readonly whole: number;
  readonly stretch: number;
}

export const LIMITS: Limits = { text: 1_048_576, whole: 134_217_728, stretch: 8_388_608 };

/** Opens what bytes are read from, for as long as `work` takes. */
type WithBytes = <T>(work: (read: ReadBytes) => Promise<T>) => Promise<T>;

/** A file as a list in JSON; `undefined` for one that does not look like it, or is not large enough for it to matter. */
export async function listFileOf(
  path: string,
  size: number,
  withBytes: WithBytes,
  limits: Limits = LIMITS,
): Promise<ListFile | undefined> {
  const place = size > limits.text ? await withBytes((read) => placeOfList(read, size)) : undefined;
  if (!place) return undefined;
  const { header, line, column, from, to } = place;
  const isWhole = size <= limits.whole;
  const length = isWhole ? to - from : limits.stretch;
  return {
    path,
    header,
    line,
    column,
    decode,
    comes: isWhole ? "whole" : "in stretches",
    pour: (take) => withBytes((read) => pour(read, place, length, take)),
  };
}

/** Stretches of `length` bytes, longer only where a single item is. */
async function pour(read: ReadBytes, { from, to }: ListPlace, length: number, take: Take): Promise<void> {
  let wanted = length;
  for (let at = from; at < to; ) {
    const end = Math.min(at + wanted, to);
    const done = take(await read(at, end), end === to);
    if (done === undefined || end === to) return;
    wanted = done === 0 ? wanted * 2 : length;
    at += done;
  }
}

function decode(bytes: Uint8Array, from: number, to: number): string {
  const buffer = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString("utf8", from, to);
}
