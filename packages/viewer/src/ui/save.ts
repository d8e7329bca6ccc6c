/** What can be had of a viewer. */
interface Savable extends HTMLElement {
  toPNG(): Promise<Blob>;
  toSVG(): string;
  toJSON(): object | undefined;
  toLink(): Promise<string>;
}

/** Copies the link, or hands the reader a file; gives the words that say so. Nothing leaves the page. */
export async function save(kind: "png" | "svg" | "json" | "link", viewer: Savable): Promise<string> {
  if (kind === "link") {
    const link = await viewer.toLink().catch(() => undefined);
    if (link === undefined) return "the edits are too much for a link: save them under Changes";
    await viewer.ownerDocument.defaultView?.navigator.clipboard.writeText(link);
    return "link copied";
  }
  const content = {
    png: () => viewer.toPNG(),
    svg: () => new Blob([viewer.toSVG()], { type: "image/svg+xml" }),
    json: () => new Blob([`${JSON.stringify(viewer.toJSON(), null, 2)}\n`], { type: "application/json" }),
  };
  const name = `watertight.${kind}`;
  saveFile(viewer.ownerDocument, name, await content[kind]());
  return `saved as ${name}`;
}

/** Hands the reader a file. */
export function saveFile(page: Document, name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = page.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
