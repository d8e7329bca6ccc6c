/**
 * A markdown-it plugin: blocks of the language `watertight` become viewers, with what follows the language as attributes.
 *
 *     ```watertight view=matrix focus=shop/db
 *     apiVersion: v1
 *     …
 *     ```
 *
 * `sourcesOf` makes the manifests of a block's text; by default the text is one. A block with `src` is read by the page instead.
 */
export function watertight(md, { sourcesOf = (text) => [{ path: "manifests.yaml", text }] } = {}) {
  const { escapeHtml, unescapeAll } = md.utils;
  const otherwise = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const { info, content } = tokens[index];
    const [language, ...words] = unescapeAll(info).trim().split(/\s+/);
    if (language !== "watertight") return otherwise(tokens, index, ...rest);
    const attributes = words.map((word) => /^([a-z-]+)=(.+)$/.exec(word)).filter((found) => found);
    const written = attributes.map(([, name, value]) => ` ${name}="${escapeHtml(value)}"`).join("");
    // As JSON with every `<` spelled out, nothing in a manifest can end the script element.
    const json = JSON.stringify(sourcesOf(content)).replaceAll("<", "\\u003c");
    const inside = `<script type="application/json" data-watertight="sources">${json}</script>`;
    const isNamed = attributes.some(([, name]) => name === "src");
    return `<watertight-viewer${written}>${isNamed ? "" : inside}</watertight-viewer>\n`;
  };
}
