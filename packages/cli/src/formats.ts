/** The forms in which each command gives its answer, text first: known before the command itself is loaded. */

export const LIST_FORMATS = ["text", "json", "csv", "md", "dot", "mermaid", "svg", "html"] as const;
export const QUERY_FORMATS = ["text", "json"] as const;
export const POLICIES_FORMATS = ["text", "json", "md"] as const;
export const GAPS_FORMATS = ["text", "json", "md", "csv", "sarif", "junit"] as const;
export const PATHS_FORMATS = ["text", "json", "md", "dot", "mermaid", "csv"] as const;
export const DELTA_FORMATS = ["text", "json", "md", "mermaid", "dot", "html"] as const;
export const TEST_FORMATS = ["text", "json", "junit"] as const;
