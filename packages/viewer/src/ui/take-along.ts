import { html, type TemplateResult } from "lit";
import { edited, yamlStream } from "../model/edits.ts";
import { saveFile } from "./save.ts";
import type { ViewContext } from "./view.ts";

/** The edits as something to take along: a patch, or the files as they would be. */
export function takeAlong({ before, analysis, look, actions }: ViewContext): TemplateResult {
  const given = (before ?? analysis).sources;
  const say = (words: string) => () => actions.announce(words);
  const patch = async () => (await import("../editor/patch.ts")).patchOf(given, look.edits);
  const copy = () => {
    patch()
      .then((text) => navigator.clipboard.writeText(text))
      .then(say("patch copied"), say("the patch could not be copied"));
  };
  const keep = (event: Event) => {
    const page = (event.currentTarget as HTMLElement).ownerDocument;
    patch()
      .then((text) => saveFile(page, "watertight.patch", new Blob([text], { type: "text/x-diff" })))
      .then(say("saved as watertight.patch"), say("the patch could not be saved"));
  };
  const files = (event: Event) => {
    const page = (event.currentTarget as HTMLElement).ownerDocument;
    const paths = new Set(look.edits.map(({ path }) => path));
    const text = yamlStream(edited(given, look.edits).filter(({ path }) => paths.has(path)));
    saveFile(page, "watertight.yaml", new Blob([text], { type: "application/yaml" }));
    actions.announce("saved as watertight.yaml");
  };
  return html`<p class="take-along"><button @click=${copy}>Copy patch</button> <button @click=${keep}>Save patch</button>
    <button @click=${files}>Save edited YAML</button></p>`;
}
