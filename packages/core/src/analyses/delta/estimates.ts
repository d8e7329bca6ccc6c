import { caveatsOf } from "../../engine/doubts.ts";
import { type Circumstance, circumstances, encounters, sideOf } from "../../engine/encounter.ts";
import type { Endpoint, Member } from "../../engine/endpoints.ts";
import { certainly, type Estimate, meet } from "../../engine/extent.ts";
import { judge } from "../../engine/judge.ts";
import { inEveryLayer, meetingOf, withOtherProtocols } from "../../engine/meeting.ts";
import { membership, type Profile, profileOf } from "../../engine/profile.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Direction } from "../../model/flow.ts";
import type { PartyIndex, Peer, Program } from "../../model/program.ts";

const NOTHING = certainly(ConnectionSet.NONE);

/**
 * What one endpoint may open to another under all three readings, as {@link decide} gives it.
 *
 * Judging is done once for each subject and each way in which peers differ to its rules, and then kept.
 */
export class Estimates {
  private readonly subjects: { readonly [D in Direction]: Map<PartyIndex, Subject> } = {
    egress: new Map(),
    ingress: new Map(),
  };

  private readonly together = new Map<string, Estimate>();

  constructor(readonly program: Program) {}

  /** Of these connections: by default, from any pod or address to any; certainly, from all to all; possibly, from any to any. */
  between(from: Endpoint, to: Endpoint, asked: ConnectionSet): Estimate {
    const ways = from.members.flatMap((source) => to.members.flatMap((destination) => this.ways(source, destination)));
    if (ways.length === 0) return NOTHING;
    const caveats = caveatsOf(
      this.program,
      from.members.flatMap((source) => to.members.flatMap((destination) => encountersOf(source, destination))),
    );
    const mayOpen = caveats.some(({ effect }) => effect === "either");
    const mayClose = mayOpen || caveats.some(({ effect }) => effect === "closes");
    const union = (reading: "expected" | "possible") =>
      ways.reduce((set, way) => set.union(way[reading]), ConnectionSet.NONE).intersect(asked);
    return {
      expected: union("expected"),
      possible: mayOpen ? asked : union("possible"),
      certain: mayClose ? ConnectionSet.NONE : ways.reduce((set, { certain }) => set.intersect(certain), asked),
    };
  }

  private ways(source: Member, destination: Member): readonly Estimate[] {
    if (isOnHost(source) || isOnHost(destination)) {
      // All policies see a host-network pod in one way, so both sides are judged together.
      return encounters(this.program, source, destination).map((encounter) => {
        const key = `${encounter.source} ${encounter.destination} ${encounter.family} ${encounter.placement}`;
        const known = this.together.get(key) ?? meetingOf(this.program, encounter, ConnectionSet.ALL).allowed;
        this.together.set(key, known);
        return known;
      });
    }
    return circumstances(this.program, source, destination).map((circumstance) =>
      meet(
        this.side(source.party, destination.party, circumstance, "egress"),
        this.side(destination.party, source.party, circumstance, "ingress"),
      ),
    );
  }

  private side(own: PartyIndex, peer: PartyIndex, circumstance: Circumstance, direction: Direction): Estimate {
    const known = this.subjects[direction];
    let subject = known.get(own);
    if (!subject) {
      subject = new Subject(this.program, own, direction);
      known.set(own, subject);
    }
    return subject.judged(peer, circumstance);
  }
}

function isOnHost({ pods }: Member): boolean {
  return pods[0]?.network === "host";
}

/** Only the ends matter to what policies that are not evaluated might change. */
function encountersOf({ party: source }: Member, { party: destination }: Member) {
  return [{ source, destination, family: "IPv4", placement: "elsewhere" }] as const;
}

/** One subject's side, by what its rules make of a peer. */
class Subject {
  private readonly profiles: readonly Profile[];
  private readonly peers: readonly Peer[];
  private readonly namesPorts: boolean;
  private readonly known = new Map<string, Estimate>();

  constructor(
    private readonly program: Program,
    private readonly party: PartyIndex,
    private readonly direction: Direction,
  ) {
    this.profiles = program.layers.map((layer) => profileOf(program, layer, direction, party));
    const rules = this.profiles.flatMap((profile) => profile.flatMap((tier) => tier.rules.map(({ rule }) => rule)));
    this.peers = rules.flatMap(({ peers }) => (peers === "any" ? [] : peers));
    const names = rules.some(({ ports }) => ports !== "any" && ports.some(({ kind }) => kind === "named"));
    this.namesPorts = direction === "egress" && names;
  }

  judged(peer: PartyIndex, circumstance: Circumstance): Estimate {
    const key = this.keyOf(peer, circumstance);
    let estimate = this.known.get(key);
    if (!estimate) {
      estimate = this.judge(peer, circumstance);
      this.known.set(key, estimate);
    }
    return estimate;
  }

  /** All that judging can tell peers apart by: what the party is, and which entries of peer lists it is, or may be. */
  private keyOf(peer: PartyIndex, { id, family }: Circumstance): string {
    const party = this.program.parties[peer];
    const isPods = party?.kind === "pods";
    let key = `${id} ${isPods ? `${party.network} ${party.pods[0]?.network}` : ""} `;
    if (isPods && this.namesPorts && party.ports.length > 0) key += JSON.stringify(party.ports);
    this.peers.forEach(({ selection }, position) => {
      const { expected, certain, possible } = membership(selection[family], peer);
      if (possible) key += `${position}${certain ? "!" : expected ? "+" : "?"}`;
    });
    return key;
  }

  private judge(peer: PartyIndex, { family, placement }: Circumstance): Estimate {
    const [source, destination] = this.direction === "egress" ? [this.party, peer] : [peer, this.party];
    const side = sideOf({ source, destination, family, placement }, this.direction);
    const each = this.program.layers.map((layer, i) => judge(this.program, layer, this.profiles[i] as Profile, side));
    return withOtherProtocols(inEveryLayer(each, ConnectionSet.ALL));
  }
}
