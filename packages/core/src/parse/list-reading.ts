import type { Options } from "../model/options.ts";
import { faultDiagnostic } from "./documents.ts";
import type { Inventory } from "./inventory.ts";
import { readJson } from "./json.ts";
import { JsonFault } from "./json-fault.ts";
import { type Item, JsonList, type ListBytes } from "./json-list.ts";
import { readManifest } from "./manifest.ts";
import type { Report } from "./text.ts";

/** How many items are read between two words on how far it has come. */
const STEP = 100;

/** A list in JSON that is read as its bytes come, into an inventory. */
export class ListReading {
  private readonly list: JsonList;

  constructor(
    bytes: ListBytes,
    private readonly inventory: Inventory,
    private readonly options: Options,
    private readonly report: Report,
  ) {
    this.list = new JsonList(bytes, inventory.depth === "verdicts" ? options.defaultNamespace : undefined);
  }

  /**
   * Reads the whole list, or nothing of it where it is not as it should be, which it says at the end. In between it says how many
   * bytes have been read.
   */
  *whole(bytes: Uint8Array): Generator<number, boolean> {
    const items: Item[] = [];
    for (const item of this.list.items(bytes, true)) {
      if (items.push(item) % STEP === 0) yield this.list.consumed;
    }
    if (this.list.fault) return false;
    for (const item of items) this.add(item, bytes);
    return true;
  }

  /**
   * Reads the items that are whole in the bytes that come next, and says how many bytes they are, again and again; those after them
   * have to be given once more with what follows. At the end, nothing where the list cannot be read further, which is reported.
   */
  *next(bytes: Uint8Array, ends: boolean): Generator<number, number | undefined> {
    const { list } = this;
    let read = 0;
    for (const item of list.items(bytes, ends)) {
      this.add(item, bytes);
      if (++read % STEP === 0) yield list.consumed;
    }
    if (!list.fault) return list.consumed;
    const { message, span } = list.fault;
    this.report({
      code: "syntax",
      severity: "error",
      message: `not valid JSON: ${message}; all that follows is left out`,
      span,
    });
    return undefined;
  }

  private add(item: Item, bytes: Uint8Array): void {
    const { inventory } = this;
    if ("pod" in item) {
      const { pod } = item;
      inventory.add(inventory.pods, "Pod", `${pod.namespace}/${pod.name}`, pod);
      return;
    }
    if ("policy" in item) {
      const { policy } = item;
      inventory.add(inventory.networkPolicies, "NetworkPolicy", `${policy.namespace}/${policy.name}`, policy);
      return;
    }
    const { text, unit } = this.list.textOf(item, bytes);
    const document = readJson(text, unit);
    if (document instanceof JsonFault) this.report(faultDiagnostic(text, document));
    else readManifest(document, inventory, this.options, this.report);
  }
}
