import { type Linked, readLink, writeLink } from "./link.ts";
import type { ViewState } from "./state.ts";

/** Milliseconds that a state has to last to be kept in the address: browsers allow only so many changes of it. */
const LASTS = 250;

/** The address of an element's page, as far as its fragment speaks of that element. */
export class Address {
  private keeping: ReturnType<typeof setTimeout> | undefined;

  /** `onLinked`: the reader went to another fragment. */
  constructor(
    private readonly element: Element,
    private readonly onLinked: (linked: Linked) => void,
  ) {}

  follow(): void {
    this.window?.addEventListener("hashchange", this.changed);
  }

  leave(): void {
    clearTimeout(this.keeping);
    this.window?.removeEventListener("hashchange", this.changed);
  }

  /** What the fragment says. Errors: none. */
  read(): Promise<Linked | undefined> {
    return readLink(this.element.ownerDocument.location.hash, this.owner);
  }

  /** The address with a state in its fragment. Errors: rejects where the edits are too much for a link. */
  async link(state: ViewState): Promise<string> {
    const url = new URL(this.element.ownerDocument.location.href);
    url.hash = await writeLink(state, this.owner);
    return url.href;
  }

  /** Puts a state into the address once it has lasted. One that is too much for a link, or that the page's frame forbids, is left out. */
  keep(state: ViewState): void {
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => {
      this.link(state).then(
        (href) => this.window?.history.replaceState(this.window.history.state, "", href),
        () => undefined,
      );
    }, LASTS);
  }

  private readonly changed = (): void => {
    this.read().then(
      (linked) => linked && this.onLinked(linked),
      () => undefined,
    );
  };

  /** How viewers of one page are told apart. */
  private get owner(): string {
    return this.element.id || "1";
  }

  private get window(): Window | null {
    return this.element.ownerDocument.defaultView;
  }
}
