import type { Instant } from '../time.js';
import type { ObservationState } from '../views.js';
import type { Observation } from './engine.js';
import { ExpiryQueue } from './expiry-queue.js';
import type { StateListener } from './ledger.js';
import type { RecordedObservation } from './recorded-command.js';
import type { DetectorStanding } from './reference-ledger.js';
import { StandingList } from './standing-list.js';

/** An observation that is active or muted. */
export class StandingObservation {
  readonly observation: Observation;
  readonly uuid: string;
  readonly expires: Instant;
  isStanding = true;

  constructor(
    { order, detector, time, uuid, expires }: RecordedObservation,
    public state: 'active' | 'muted',
  ) {
    this.observation = { order, detector, time };
    this.uuid = uuid;
    this.expires = expires;
  }

  get order(): number {
    return this.observation.order;
  }

  /** True if it has expired by then, whether or not an expiry has taken it yet. */
  isDue(now: Instant | undefined): boolean {
    return now !== undefined && this.expires < now;
  }
}

/** As plain JSON. */
export type StoredStanding = readonly [
  order: number,
  detector: string,
  time: string,
  uuid: string,
  expires: string,
  /** Without it: as its detector is. */
  isMuted?: boolean,
];

/** The standing observations of a cache, with indexes by number, uuid, detector and time of expiry. */
export class StandingInMemory implements DetectorStanding {
  private readonly byOrder = new Map<number, StandingObservation>();
  private readonly byUuid = new Map<string, StandingObservation>();
  private readonly byDetector = new Map<string, StandingList<StandingObservation>>();
  private expiring = new ExpiryQueue<StandingObservation>();

  constructor(private readonly onState: StateListener) {}

  add(one: RecordedObservation, state: 'active' | 'muted'): void {
    this.hold(new StandingObservation(one, state));
    this.onState(one.order, state);
  }

  named(uuid: string, detector: string): StandingObservation | undefined {
    const named = this.byUuid.get(uuid);
    return named?.observation.detector === detector ? named : undefined;
  }

  isStanding(uuid: string, detector: string): boolean {
    return this.named(uuid, detector) !== undefined;
  }

  has(detector: string): boolean {
    return this.listOf(detector).latest(1, () => true).length > 0;
  }

  /** All of a detector, in order of reception. */
  allOf(detector: string): StandingObservation[] {
    return this.listOf(detector).all();
  }

  observationsOf(detector: string): Observation[] {
    return this.allOf(detector).map(({ observation }) => observation);
  }

  /** The `count` most recently received of a detector, without what is due, in order of reception. */
  latestOf(detector: string, count: number, now: Instant | undefined): StandingObservation[] {
    return this.listOf(detector).latest(count, (one) => !one.isDue(now));
  }

  /** Those with these numbers, as far as they stand. */
  among(orders: readonly number[]): StandingObservation[] {
    return orders.flatMap((order) => this.byOrder.get(order) ?? []);
  }

  /** Takes all that expired before `now` out of the index of expiry, in order of expiry. */
  takeDue(now: Instant): StandingObservation[] {
    return this.expiring.takeDue(now).filter(({ isStanding }) => isStanding);
  }

  /** In order of reception, which differs from the order of arrival after the undo of a reset. */
  inOrder(): StandingObservation[] {
    return [...this.byOrder.values()].sort((a, b) => a.order - b.order);
  }

  change(some: readonly StandingObservation[], state: 'active' | 'muted'): void {
    for (const one of some) {
      one.state = state;
      this.onState(one.order, state);
    }
  }

  /** Removes them. */
  end(some: readonly StandingObservation[], state: Exclude<ObservationState, 'active' | 'muted'>): void {
    for (const one of some) {
      one.isStanding = false;
      this.byOrder.delete(one.order);
      this.byUuid.delete(one.uuid);
      this.listOf(one.observation.detector).noteEnd();
      this.onState(one.order, state);
    }
  }

  changeAllOf(detector: string, state: 'active' | 'muted' | 'retracted'): void {
    const all = this.allOf(detector);
    if (state === 'retracted') this.end(all, state);
    else this.change(all, state);
  }

  clear(): void {
    this.end([...this.byOrder.values()], 'reset');
    this.byDetector.clear();
    this.expiring = new ExpiryQueue();
  }

  stored(): { readonly observed: readonly StoredStanding[] } {
    const observed = this.inOrder().map(({ observation, uuid, expires, state }): StoredStanding => {
      const { order, detector, time } = observation;
      return [order, detector, time.toString(), uuid, expires.toString(), state === 'muted'];
    });
    return { observed };
  }

  /** Adds what was stored. */
  restore(observed: readonly StoredStanding[], muted: ReadonlySet<string>): void {
    for (const [order, detector, time, uuid, expires, isMuted] of observed) {
      const one = { order, detector, time: BigInt(time) as Instant, uuid, expires: BigInt(expires) as Instant };
      this.add(one, (isMuted ?? muted.has(detector)) ? 'muted' : 'active');
    }
  }

  private hold(one: StandingObservation): void {
    this.byOrder.set(one.order, one);
    this.byUuid.set(one.uuid, one);
    this.listOf(one.observation.detector).push(one);
    this.expiring.push(one);
  }

  private listOf(detector: string): StandingList<StandingObservation> {
    const known = this.byDetector.get(detector);
    if (known !== undefined) return known;
    const list = new StandingList<StandingObservation>();
    this.byDetector.set(detector, list);
    return list;
  }
}
