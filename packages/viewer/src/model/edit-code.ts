import type { SourceEdit } from "../state.ts";

/** Characters of code a link may carry; longer ones are cut by mail programs and chats. */
export const MOST_CODE = 8 * 1024;

/** Bytes that a code may unfold to: a link comes from anywhere, and a short one can unfold to very much. */
const MOST_BYTES = 1_000_000;

/** The edits in letters a link can carry: JSON, deflated, as base64url. */
export async function encodeEdits(edits: readonly SourceEdit[]): Promise<string> {
  const text = JSON.stringify(
    edits.map(({ path, text: content }) => (content === undefined ? [path] : [path, content])),
  );
  const bytes = await collect(new Blob([text]).stream().pipeThrough(new CompressionStream("deflate")), MOST_BYTES);
  const letters = Array.from(bytes ?? [], (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The edits a code stands for; nothing for what is no such code, or unfolds to too much. */
export async function decodeEdits(code: string): Promise<readonly SourceEdit[] | undefined> {
  if (!/^[\w-]*$/.test(code)) return undefined;
  try {
    const letters = atob(code.replaceAll("-", "+").replaceAll("_", "/"));
    const packed = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    const bytes = await collect(stream, MOST_BYTES);
    return bytes && editsIn(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch {
    return undefined;
  }
}

function editsIn(value: unknown): readonly SourceEdit[] | undefined {
  const isEdit = (one: unknown): one is [string, string?] =>
    Array.isArray(one) && (one.length === 1 || one.length === 2) && one.every((part) => typeof part === "string");
  if (!Array.isArray(value) || !value.every(isEdit)) return undefined;
  const paths = new Set(value.map(([path]) => path));
  if (paths.size !== value.length || paths.has("")) return undefined;
  return value.map(([path, text]) => (text === undefined ? { path } : { path, text }));
}

/** All bytes of a stream; nothing when there are more than `most`, of which no more are asked for. */
async function collect(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    size += value.length;
    if (size > most) {
      await reader.cancel();
      return undefined;
    }
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
