let policy: ReturnType<NonNullable<Window["trustedTypes"]>["createPolicy"]> | undefined;

/** The URL as a page that requires Trusted Types wants it. */
export function trusted(url: string): string | URL {
  policy ??= window.trustedTypes?.createPolicy("watertight", { createScriptURL: String });
  return policy ? policy.createScriptURL(url) : url;
}

declare global {
  interface Window {
    /** The part of Trusted Types that a worker takes; what it gives is not a URL, but goes wherever one may. */
    readonly trustedTypes?: {
      createPolicy(
        name: string,
        rules: { readonly createScriptURL: (url: string) => string },
      ): { createScriptURL(url: string): URL };
    };
  }
}
