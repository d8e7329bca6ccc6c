import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const MONO = 'ui-monospace, "SF Mono", Menlo, Consolas, monospace';

/** The viewer's own colours, which follow its theme by themselves. */
const look = EditorView.theme({
  "&": { height: "100%", fontSize: "12.5px", color: "var(--wt-text)", backgroundColor: "var(--wt-canvas)" },
  "&.cm-focused": { outline: "2px solid var(--wt-allow)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: MONO, lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--wt-text)", padding: "6px 0 40px" },
  ".cm-gutters": {
    backgroundColor: "var(--wt-box)",
    color: "var(--wt-muted)",
    borderRight: "1px solid var(--wt-box-border)",
  },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--wt-box) 70%, transparent)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": {
    backgroundColor: "var(--wt-allow-soft)",
  },
  ".cm-cursor": { borderLeftColor: "var(--wt-text)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--wt-allow-soft)", outline: "1px solid var(--wt-allow)" },
  ".cm-tooltip": {
    backgroundColor: "var(--wt-canvas)",
    color: "var(--wt-text)",
    border: "1px solid var(--wt-box-border)",
    borderRadius: "6px",
    boxShadow: "0 8px 24px rgb(0 0 0 / 18%)",
    maxWidth: "min(420px, 90vw)",
  },
  ".cm-tooltip-autocomplete > ul": { fontFamily: MONO, maxHeight: "14em" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "3px 8px", minHeight: "24px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--wt-allow-soft)",
    color: "var(--wt-text)",
  },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionDetail": { color: "var(--wt-muted)", fontStyle: "normal" },
  ".cm-diagnostic": { padding: "5px 10px", fontFamily: "inherit", fontSize: "12.5px" },
  ".cm-diagnosticSource": { color: "var(--wt-muted)", opacity: "1" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--wt-open)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--wt-outside)" },
  ".cm-diagnostic-info": { borderLeft: "4px solid var(--wt-context)" },
  ".cm-lintRange": { backgroundImage: "none", paddingBottom: "1px" },
  ".cm-lintRange-error": { borderBottom: "2px dotted var(--wt-open)" },
  ".cm-lintRange-warning": { borderBottom: "2px dotted var(--wt-outside)" },
  ".cm-lintRange-info": { borderBottom: "1px dotted var(--wt-context)" },
  // Marks without pictures: a page may forbid images that are data.
  ".cm-lint-marker": { width: "1em", height: "1em", borderRadius: "50%", content: "none" },
  ".cm-lint-marker-error": { backgroundColor: "var(--wt-open)", content: "none" },
  ".cm-lint-marker-warning": { backgroundColor: "var(--wt-outside)", borderRadius: "2px", content: "none" },
  ".cm-lint-marker-info": { backgroundColor: "var(--wt-context)", content: "none" },
});

const words = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--wt-allow)" },
  { tag: tags.comment, color: "var(--wt-muted)", fontStyle: "italic" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--wt-outside)" },
  { tag: [tags.keyword, tags.meta, tags.separator, tags.punctuation], color: "var(--wt-muted)" },
]);

export const editorTheme: Extension = [look, syntaxHighlighting(words)];
