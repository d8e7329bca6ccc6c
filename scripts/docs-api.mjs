import ts from "typescript";

const ENTRIES = {
  "api/core.md": [
    "@watertight/core",
    "packages/core/dist/index.d.ts",
    "The engine: manifests in, verdicts and reasons out. It runs wherever JavaScript does.",
  ],
  "api/viewer.md": [
    "@watertight/viewer",
    "packages/viewer/dist/index.d.ts",
    "The element. Importing it defines `<watertight-viewer>`.",
  ],
  "api/svg.md": ["@watertight/viewer/svg", "packages/viewer/dist/svg.d.ts", "Pictures without a browser."],
};

/** What an entry of a package exports, as Markdown: each name with its docstring and its declaration, in the order of the index. */
export function apiReference(root, page) {
  const [name, entry, words] = ENTRIES[page];
  const file = root + entry;
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const symbol = checker.getSymbolAtLocation(program.getSourceFile(file));
  const exported = checker
    .getExportsOfModule(symbol)
    .map((one) => exportOf(checker, one))
    .filter((one) => one);
  return [`# ${name}`, words, ...exported].join("\n\n");
}

function exportOf(checker, symbol) {
  const real = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declarations = (real.declarations ?? []).map(declarationOf);
  if (declarations.length === 0) return undefined;
  const said = ts.displayPartsToString(real.getDocumentationComment(checker)).trim();
  const code = declarations
    .map((one) =>
      one
        .getText()
        .replace(/^export (default )?/, "")
        .replace(/^declare /, ""),
    )
    .join("\n");
  return [`## ${symbol.name}`, ...(said ? [linksAsCode(said)] : []), `\`\`\`ts\n${withoutPrivate(code)}\n\`\`\``].join(
    "\n\n",
  );
}

/** A constant's declaration is only its name and type: the statement around it says more. */
function declarationOf(node) {
  return ts.isVariableDeclaration(node) ? node.parent.parent : node;
}

function linksAsCode(words) {
  return words.replace(/\{@link ([^}\s]+)[^}]*\}/g, "`$1`");
}

function withoutPrivate(code) {
  return code
    .split("\n")
    .filter((line) => !/^\s+private /.test(line))
    .join("\n");
}
