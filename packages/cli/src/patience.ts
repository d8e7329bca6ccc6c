import module from "node:module";
import { setFlagsFromString } from "node:v8";

/** The setting of V8, by the major version of Node that brings it; others do not know it by that name and keep their default. */
const SETTINGS: Readonly<Record<string, string>> = {
  v20: "--interrupt-budget=1000000",
  v22: "--invocation-count-for-turbofan=12000",
  v24: "--invocation-count-for-turbofan=12000",
};

/**
 * Has V8 wait longer before it compiles a function for speed. By default it does so early, and of a run of a second or two a third of
 * the processor time goes into code that is hardly called again.
 */
export function compilePatiently(): void {
  const setting = SETTINGS[process.version.split(".")[0] ?? ""];
  if (setting !== undefined) setFlagsFromString(setting);
}

/**
 * Has Node keep compiled code from run to run, where it can: from 22.1 on. It goes to the folder for temporary files, or where
 * `NODE_COMPILE_CACHE` says; `NODE_DISABLE_COMPILE_CACHE` prevents it. Only code that is loaded later is kept.
 */
export function keepCompiledCode(): void {
  const { enableCompileCache } = module as { enableCompileCache?: () => void };
  enableCompileCache?.();
}
