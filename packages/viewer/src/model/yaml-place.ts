/** Where in a YAML document a cursor stands. */
export interface YamlPlace {
  /** Keys from the document's root, the one whose value is being written last; `[]` is an item of a list. */
  readonly path: readonly string[];
  readonly at: "key" | "value";
  /** What is written of the word, and the offset where it begins. */
  readonly word: string;
  readonly from: number;
  /** The document's `kind`, as far as it is written. */
  readonly kind: string | undefined;
  /** The value of a `key:` nearby, such as that of the label whose values are listed. */
  readonly near: string | undefined;
}

/**
 * The place of an offset in a text that need not be valid YAML, for it is being written: block style by its indentation, flow style
 * within the cursor's line. Cost: linear in the document before the cursor.
 */
export function placeAt(text: string, offset: number): YamlPlace {
  const lines = text.slice(0, offset).split("\n");
  const start = lastBreak(lines) + 1;
  const before = lines.slice(start, -1);
  const line = lines.at(-1) ?? "";
  const { dashes, column, content } = layoutOf(line);
  const flow = flowOf(content);
  const rest = text.slice(offset).split(/^---/m)[0] ?? "";
  const document = `${lines.slice(start).join("\n")}${rest}`;
  return {
    path: [...ancestors(before, column, dashes), ...flow.path],
    at: flow.at,
    word: flow.word,
    from: offset - flow.word.length,
    kind: /^kind:\s*["']?(\w+)/m.exec(document)?.[1],
    near: /(?:^|[{,\s-])key:\s*["']?([\w./-]+)(?!.*\bkey:)/s.exec(lines.slice(start).slice(-5).join("\n"))?.[1],
  };
}

interface Layout {
  /** Columns of the dashes before the content, and that of the content. */
  readonly dashes: readonly number[];
  readonly column: number;
  readonly content: string;
}

function layoutOf(line: string): Layout {
  const dashes: number[] = [];
  let column = line.search(/\S|$/);
  while (/^-(\s|$)/.test(line.slice(column))) {
    dashes.push(column);
    column += 1 + line.slice(column + 1).search(/\S|$/);
  }
  return { dashes, column, content: line.slice(column) };
}

/** The keys that lead to content at a column, from the lines above it. */
function ancestors(lines: readonly string[], column: number, dashes: readonly number[]): readonly string[] {
  const path: string[] = [];
  let limit = column;
  // Under a list that is not indented, its key stands at the same column as its dashes.
  let within = "mapping" as "mapping" | "list";
  const climb = (own: readonly number[]) => {
    for (const dash of [...own].reverse()) {
      if (dash >= limit) continue;
      path.unshift("[]");
      limit = dash;
      within = "list";
    }
  };
  climb(dashes);
  for (const line of [...lines].reverse()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const layout = layoutOf(line);
    const key = keyOf(layout.content);
    const isParent = layout.column < limit || (within === "list" && layout.column === limit);
    if (isParent && key !== undefined) {
      path.unshift(key);
      limit = layout.column;
      within = "mapping";
      climb(layout.dashes);
    } else if (layout.column === limit && within === "mapping") climb(layout.dashes);
    if (limit === 0 && within === "mapping") break;
  }
  return path;
}

function keyOf(content: string): string | undefined {
  const found = /^(?:"([^"]*)"|'([^']*)'|([^\s"'{[#][^:#]*?))\s*:(?=\s|$)/.exec(content);
  return found ? (found[1] ?? found[2] ?? found[3]) : undefined;
}

/** What the cursor's own line says up to the cursor: a key before a value, and brackets that are still open. */
function flowOf(content: string): Pick<YamlPlace, "path" | "at" | "word"> {
  const key = keyOf(content);
  const value = key === undefined ? content : content.slice(content.indexOf(":", key.length) + 1);
  const open: { readonly bracket: "{" | "["; key: string | undefined }[] = [];
  let word = "";
  let quote = "";
  for (const character of value) {
    if (quote !== "") {
      if (character === quote) quote = "";
      else word += character;
      continue;
    }
    const inner = open.at(-1);
    if (character === '"' || character === "'") quote = character;
    else if (character === "{" || character === "[") {
      open.push({ bracket: character, key: undefined });
      word = "";
    } else if (character === "}" || character === "]") {
      open.pop();
      word = "";
    } else if (character === "," && inner) {
      inner.key = undefined;
      word = "";
    } else if (character === ":" && inner?.bracket === "{" && inner.key === undefined) {
      inner.key = word.trim();
      word = "";
    } else word += character;
  }
  const path = open.flatMap(({ bracket, key: own }) => (bracket === "[" ? ["[]"] : own === undefined ? [] : [own]));
  const inner = open.at(-1);
  const isKey = inner ? inner.bracket === "{" && inner.key === undefined : key === undefined;
  return { path: [...(key === undefined ? [] : [key]), ...path], at: isKey ? "key" : "value", word: word.trimStart() };
}

function lastBreak(lines: readonly string[]): number {
  let at = lines.length - 1;
  while (at >= 0 && !/^---(\s|$)/.test(lines[at] ?? "")) at--;
  return at;
}
