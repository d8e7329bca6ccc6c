import { autocompletion, type CompletionResult, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { type Diagnostic as Lint, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Annotation, EditorState, type Text } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import type { Diagnostic } from "@watertight/core";
import type { Vocabulary } from "../analyst/catalogue.ts";
import { suggestionsAt } from "../model/suggest.ts";
import { editorTheme } from "./theme.ts";

/** What an editor shows. */
export interface Sheet {
  readonly path: string;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly mode: "write" | "read";
  /** The line to go to, when it is another than before. */
  readonly line: number | undefined;
}

/** What an editor asks of its owner. */
export interface EditorEvents {
  readonly onText: (path: string, text: string) => void;
  readonly vocabulary: () => Vocabulary | undefined;
}

/** Text that was set from outside, which is nothing the reader typed. */
const fromOutside = Annotation.define<true>();

/** A YAML editor in a page of its own kind: no style element, no markup from text, in a shadow root like anywhere else. */
export class YamlEditor {
  private readonly view: EditorView;
  private sheet: Sheet;

  constructor(
    host: HTMLElement,
    sheet: Sheet,
    private readonly events: EditorEvents,
  ) {
    this.sheet = { ...sheet, diagnostics: [], line: undefined };
    const root = host.getRootNode();
    this.view = new EditorView({
      state: this.stateOf(sheet),
      parent: host,
      ...(root instanceof ShadowRoot && { root }),
    });
    this.show(sheet);
  }

  /** Takes over what has changed; what is being typed stays. */
  show(sheet: Sheet): void {
    const before = this.sheet;
    this.sheet = sheet;
    if (sheet.path !== before.path || sheet.mode !== before.mode) this.view.setState(this.stateOf(sheet));
    const { doc } = this.view.state;
    const isReplaced = sheet.path === before.path && sheet.text !== before.text && sheet.text !== doc.toString();
    if (isReplaced) {
      const changes = { from: 0, to: doc.length, insert: sheet.text };
      this.view.dispatch({ changes, annotations: fromOutside.of(true) });
    }
    if (isReplaced || sheet.path !== before.path || sheet.diagnostics !== before.diagnostics)
      this.mark(sheet.diagnostics);
    if (sheet.line !== undefined && (sheet.line !== before.line || sheet.path !== before.path)) this.goTo(sheet.line);
  }

  /** What has been typed is known to the owner: it is no news when it comes back. */
  settled(text: string): void {
    this.sheet = { ...this.sheet, text };
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  focus(): void {
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }

  private mark(diagnostics: readonly Diagnostic[]): void {
    const { state } = this.view;
    this.view.dispatch(
      setDiagnostics(
        state,
        diagnostics.flatMap((one) => lintOf(one, state.doc)),
      ),
    );
  }

  private goTo(line: number): void {
    const { doc } = this.view.state;
    const { from } = doc.line(Math.max(1, Math.min(line, doc.lines)));
    this.view.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: "start", yMargin: 24 }),
    });
  }

  private stateOf({ path, text, mode }: Sheet): EditorState {
    return EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        yaml(),
        indentUnit.of("  "),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        autocompletion({
          override: [({ state, pos, explicit }) => this.completions(state.doc, pos, explicit)],
          icons: false,
        }),
        keymap.of([...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
        EditorState.readOnly.of(mode === "read"),
        EditorView.contentAttributes.of({
          "aria-label": `Text of ${path}`,
          "aria-describedby": "editor-keys",
          spellcheck: "false",
          tabindex: "0",
        }),
        EditorView.updateListener.of(({ docChanged, transactions }) => {
          const isTyped = docChanged && !transactions.some((one) => one.annotation(fromOutside));
          if (isTyped) this.events.onText(this.sheet.path, this.text);
        }),
        editorTheme,
      ],
    });
  }

  private completions(doc: Text, offset: number, explicit: boolean): CompletionResult | null {
    const { from, all } = suggestionsAt(doc.toString(), offset, this.events.vocabulary());
    if (all.length === 0 || (from === offset && !explicit)) return null;
    const options = all.map(({ word, text, detail, what }) => ({ label: word, apply: text, detail, type: what }));
    return { from, options, validFor: /^[\w./-]*$/ };
  }
}

/** A diagnostic in the editor's terms; one whose place is past the end, since the text went on, stands at its end. */
function lintOf({ span, severity, message, fix, code }: Diagnostic, doc: Text): readonly Lint[] {
  if (!span) return [];
  const offset = (line: number, column: number) => {
    if (line > doc.lines) return doc.length;
    const { from, to } = doc.line(line);
    return Math.min(to, from + column - 1);
  };
  const from = offset(span.line, span.column);
  const to = Math.max(from, offset(span.endLine, span.endColumn));
  return [{ from, to, severity, source: code, message: fix === undefined ? message : `${message}\n${fix}` }];
}
