import { noChange } from "lit";
import { AsyncDirective, directive } from "lit/async-directive.js";
import type { ElementPart } from "lit/directive.js";
import type { EditorEvents, Sheet, YamlEditor } from "../../editor/editor.ts";
import { loadEditor } from "../../editor/load.ts";

/** Milliseconds without a key after which what was typed is taken over. */
const REST = 120;

/** Keeps an editor in an element, loaded when it is first wanted: its code is not part of what every page pays for. */
class CodeEditor extends AsyncDirective {
  private host: HTMLElement | undefined;
  private editor: YamlEditor | undefined;
  private sheet: Sheet | undefined;
  private events: EditorEvents | undefined;
  private typed: { readonly path: string; readonly text: string } | undefined;
  private rest: ReturnType<typeof setTimeout> | undefined;

  render(_sheet: Sheet, _events: EditorEvents): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [sheet, events]: [Sheet, EditorEvents]): typeof noChange {
    this.events = events;
    if (this.typed && this.typed.path !== sheet.path) this.hand();
    this.sheet = sheet;
    if (this.editor) this.editor.show(sheet);
    else if (!this.host && part.element instanceof HTMLElement) {
      this.host = part.element;
      this.start();
    }
    return noChange;
  }

  override disconnected(): void {
    this.hand();
    this.editor?.destroy();
    this.editor = undefined;
  }

  override reconnected(): void {
    this.start();
  }

  private start(): void {
    loadEditor().then(
      ({ YamlEditor: Editor }) => {
        const { host, sheet } = this;
        if (!host || !sheet || this.editor || !this.isConnected) return;
        host.replaceChildren();
        this.editor = new Editor(host, sheet, {
          onText: (path, text) => this.type(path, text),
          vocabulary: () => this.events?.vocabulary(),
        });
      },
      () => {
        if (this.host) this.host.textContent = "The editor could not be loaded.";
      },
    );
  }

  private type(path: string, text: string): void {
    clearTimeout(this.rest);
    this.typed = { path, text };
    this.rest = setTimeout(() => this.hand(), REST);
  }

  /** Hands over what was typed. */
  private hand(): void {
    clearTimeout(this.rest);
    const { typed } = this;
    this.typed = undefined;
    if (!typed) return;
    if (typed.path === this.sheet?.path) this.editor?.settled(typed.text);
    this.events?.onText(typed.path, typed.text);
  }
}

export const codeEditor = directive(CodeEditor);
