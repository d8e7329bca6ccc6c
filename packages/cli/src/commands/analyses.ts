/** Everything that needs more than verdicts, loaded on demand as one. */
export { contextsFor, namesIn } from "../completion/names.ts";
export { revisions } from "../git.ts";
export { page } from "../page.ts";
export { diff } from "./diff.ts";
export { exposure } from "./exposure.ts";
export { gaps } from "./gaps.ts";
export { paths } from "./paths.ts";
export { policies } from "./policies.ts";
export { test } from "./test.ts";
export { view } from "./view.ts";
export { whatIf } from "./what-if.ts";
