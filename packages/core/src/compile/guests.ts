import { Bitset } from "../model/bitset.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Options } from "../model/options.ts";
import type { PartyIndex, Peer, Selection } from "../model/program.ts";
import type { Block } from "./blocks.ts";
import type { PeerDraft, PodSelector } from "./draft.ts";
import type { Parties } from "./parties.ts";
import { type Origin, Resolver } from "./resolve.ts";
import type { Vocabulary } from "./vocabulary.ts";

// Parties that join a program after it was compiled: they come after all others, and nothing that was resolved is resolved again.

/** What guests share with the parties that were there. */
interface Host {
  readonly program: { readonly options: Options };
  readonly blocks: readonly Block[];
  readonly vocabulary: Vocabulary;
  readonly resolver: { readonly origins: ReadonlyMap<Selection, Origin> };
}

/**
 * Classes that join a program together, with indices of their own from 0. What a selector means by them is asked of a resolver that
 * knows nobody else.
 */
export class Guests {
  readonly end: PartyIndex;
  private readonly known = new WeakMap<Cluster, Resolver>();
  private readonly homes: ReadonlySet<string>;
  private readonly all: Bitset;

  constructor(
    private readonly first: PartyIndex,
    private readonly own: Parties,
    private readonly host: Host,
  ) {
    this.end = first + own.parties.length;
    this.all = Bitset.range(0, own.parties.length);
    this.homes = new Set(own.parties.flatMap((party) => (party.kind === "pods" ? [party.namespace] : [])));
  }

  /** Those that belong to a selection of the host's, among the namespaces for which it was made. Cost: a selector over few classes. */
  among(selection: Selection): Bitset {
    const origin = this.host.resolver.origins.get(selection);
    if (!origin || (origin.home !== undefined && !this.homes.has(origin.home))) return Bitset.EMPTY;
    return this.seated(origin.again(this.within(origin.cluster)).members);
  }

  within(cluster: Cluster): Resolver {
    let resolver = this.known.get(cluster);
    if (!resolver) {
      const namespaces = cluster.namespaces.filter(({ name }) => this.homes.has(name));
      const { blocks, vocabulary, program } = this.host;
      resolver = Resolver.over({ ...cluster, namespaces }, this.own, blocks, vocabulary, program.options);
      this.known.set(cluster, resolver);
    }
    return resolver;
  }

  /** Members by their indices in the program; addresses are in it already. */
  seated(members: Bitset): Bitset {
    return Bitset.of([...members.intersect(this.all)].map((index) => this.first + index));
  }
}

/**
 * Resolves over the parties of a program and its guests, of whom there are none at first. Only subjects have guests among them: of peers
 * it is asked when somebody wants to know ({@link Guests.among}).
 */
export class JoinedResolver {
  private readonly subjects = new Map<Selection, Selection>();

  constructor(
    private readonly own: Resolver,
    private readonly cluster: Cluster,
    private readonly guests: readonly Guests[] = [],
  ) {}

  get origins(): ReadonlyMap<Selection, Origin> {
    return this.own.origins;
  }

  /** Whom a policy is about. */
  subject(selector: PodSelector): Selection {
    const own = this.own.subject(selector);
    if (this.guests.length === 0) return own;
    let selection = this.subjects.get(own);
    if (!selection) {
      const come = this.guests.map((guests) => guests.seated(guests.within(this.cluster).subject(selector).members));
      selection = { ...own, members: Bitset.union([own.members, ...come]) };
      this.subjects.set(own, selection);
    }
    return selection;
  }

  /** Those who were there at first. */
  pods(selector: PodSelector): Selection {
    return this.own.pods(selector);
  }

  peer(draft: PeerDraft): Peer {
    return this.own.peer(draft);
  }

  /** The pods of some namespaces. */
  partiesIn(namespaces: readonly string[]): Bitset {
    const come = this.guests.map((guests) => guests.seated(guests.within(this.cluster).partiesIn(namespaces)));
    return Bitset.union([this.own.partiesIn(namespaces), ...come]);
  }

  /** The same over the same parties, for a cluster whose namespaces are labelled otherwise. */
  within(cluster: Cluster): JoinedResolver {
    return new JoinedResolver(this.own.within(cluster), cluster, this.guests);
  }

  joinedBy(guests: Guests): JoinedResolver {
    return new JoinedResolver(this.own, this.cluster, [...this.guests, guests]);
  }
}
