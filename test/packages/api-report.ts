import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Where declarations of a package's entries are, by the name somebody imports. */
export type Entries = Readonly<Record<string, string>>;

/** Every name that the entries of a package export, with its declaration and without its comments, sorted by name. */
export function apiReport(title: string, entries: Entries): string {
  const program = ts.createProgram(Object.values(entries).map(absolute), {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
    types: [],
  });
  const sections = Object.entries(entries).flatMap(([name, path]) => [
    `## ${name}`,
    "",
    "```ts",
    ...exportsOf(program, absolute(path)),
    "```",
    "",
  ]);
  const about =
    "What can be imported, without comments: `npm run api` writes it anew, and a test says where it has changed.";
  return [`# ${title}`, "", about, "", ...sections].join("\n").trimEnd().concat("\n");
}

function absolute(path: string): string {
  return `${ROOT}${path}`;
}

function exportsOf(program: ts.Program, path: string): readonly string[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(path);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) throw new Error(`${path} is not there; \`npm run types\` makes it`);
  const printer = ts.createPrinter({ removeComments: true });
  return checker
    .getExportsOfModule(module)
    .map((symbol) => ({ name: symbol.name, meant: resolved(symbol, checker) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, meant }) => {
      const declarations = meant.declarations ?? [];
      if (declarations.length === 0) throw new Error(`${name} has no declaration`);
      const renamed = meant.name === name ? [] : [`// ${meant.name} as ${name}`];
      return [...renamed, ...declarations.map((declaration) => printed(declaration, printer))];
    });
}

function resolved(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function publicPart(node: ts.ClassDeclaration): ts.ClassDeclaration {
  const members = node.members.filter(
    (member) => !(ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) && !isHashNamed(member),
  );
  const { modifiers, name, typeParameters, heritageClauses } = node;
  return ts.factory.updateClassDeclaration(node, modifiers, name, typeParameters, heritageClauses, members);
}

function isHashNamed({ name }: ts.ClassElement): boolean {
  return name !== undefined && ts.isPrivateIdentifier(name);
}

/** A variable is printed with its keyword, a class without what is private to it. */
function printed(declaration: ts.Declaration, printer: ts.Printer): string {
  const node = ts.isVariableDeclaration(declaration)
    ? declaration.parent.parent
    : ts.isClassDeclaration(declaration)
      ? publicPart(declaration)
      : declaration;
  return printer.printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile());
}
