const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = (1n << 64n) - 1n;

/** Sixteen hexadecimal digits for a finding's key: FNV-1a over its UTF-16 code units. The same for the same objects, wherever they are written. */
export function fingerprint(key: string): string {
  let hash = OFFSET;
  for (let i = 0; i < key.length; i++) hash = ((hash ^ BigInt(key.charCodeAt(i))) * PRIME) & MASK;
  return hash.toString(16).padStart(16, "0");
}
