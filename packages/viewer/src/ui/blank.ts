import type { Progress } from "@watertight/core";
import { html, nothing, svg, type TemplateResult } from "lit";
import type { Failure } from "../sources.ts";

const SKETCH = svg`<rect x="2" y="22" width="34" height="22" rx="5" fill="none" stroke="currentColor" stroke-width="1.5"/><rect x="84" y="4" width="34" height="22" rx="5" fill="none" stroke="currentColor" stroke-width="1.5"/><rect x="84" y="40" width="34" height="22" rx="5" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="4 3"/><path d="M36 33C60 33 60 15 80 15" fill="none" stroke="var(--wt-allow)" stroke-width="1.8"/><path d="M77 11l7 4l-7 4z" fill="var(--wt-allow)"/>`;

/** What stands in the graph's place when there is none. */
export function blank(title: string, body: unknown, mood: "still" | "busy" | "failed" = "still"): TemplateResult {
  return html`<div class="card-state" role=${mood === "failed" ? "alert" : "status"}>
    <div>
      <svg class=${mood === "busy" ? "pulse" : ""} viewBox="0 0 120 66" aria-hidden="true">${SKETCH}</svg>
      <h2>${title}</h2>
      ${body}
    </div>
  </div>`;
}

export function loading(progress: Progress | undefined, stop: () => void): TemplateResult {
  return blank(
    `${capital(progress?.stage ?? "reading manifests")} …`,
    html`<p>Working out who can reach whom.</p>${progress ? bar(progress) : nothing}
      <p><button @click=${stop}>Stop</button></p>`,
    "busy",
  );
}

/** How far long work has come. */
export function bar({ stage, done }: Progress): TemplateResult {
  return html`<progress max="1" .value=${done} aria-label=${stage}></progress>`;
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

export function stopped(resume: () => void): TemplateResult {
  return blank(
    "Stopped",
    html`<p>The manifests were not read to their end.</p><p><button @click=${resume}>Read them again</button></p>`,
  );
}

export function empty(): TemplateResult {
  return blank(
    "Nothing to show yet",
    html`<p>Give the viewer Kubernetes manifests: workloads, namespaces and network policies. It shows who may reach whom.</p>
      <pre tabindex="0">&lt;watertight-viewer src="shop.yaml"&gt;&lt;/watertight-viewer&gt;</pre>
      <p>They may stand inside the element, too, in a script of the type application/yaml.</p>`,
  );
}

/** Files were read, and there is nothing in them to draw: because of errors, or since they speak of something else. */
export function withoutWorkloads(files: number, errors: number): TemplateResult {
  const read = `${files} ${files === 1 ? "file was" : "files were"} read`;
  if (errors > 0)
    return blank(
      "Nothing is left to draw",
      html`<p>${read}, and what has errors was left out. The list above says where they are and how to mend them.</p>`,
      "failed",
    );
  return blank(
    "No workloads in these manifests",
    html`<p>${read}, but none declares a Pod, Deployment or another kind that runs pods. Policies alone select nothing: add the
      manifests of what they protect, or take both from a cluster.</p>
      <pre tabindex="0">kubectl get ns,pods,netpol -A -o yaml &gt; cluster.yaml</pre>`,
  );
}

export function failed({ problem, fix }: Failure, again: () => void): TemplateResult {
  return blank(
    "The manifests could not be read",
    html`<p class="problem">${problem}.</p>
      ${fix === undefined ? nothing : html`<p>${fix}</p>`}
      <p><button @click=${again}>Try again</button></p>`,
    "failed",
  );
}
