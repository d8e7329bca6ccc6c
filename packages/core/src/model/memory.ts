/**
 * What has been worked out of something, one object of each kind, for as long as that something is there: so nobody has to keep a
 * list of what belongs to whom.
 */
export class Memory {
  private readonly kinds = new Map<new () => object, object>();

  /** The only object of a kind; a new one the first time. */
  of<T extends object>(kind: new () => T): T {
    const known = this.kinds.get(kind);
    if (known) return known as T;
    const made = new kind();
    this.kinds.set(kind, made);
    return made;
  }
}
