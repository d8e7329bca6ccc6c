/** The commands that need verdicts and nothing besides: what most runs load. Few files start quickly, so commands are not loaded one by one. */
export { list } from "./list.ts";
export { query } from "./query.ts";
