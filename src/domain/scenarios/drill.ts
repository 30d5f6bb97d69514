import { fromPosixMilliseconds } from '../time.js';
import { messagesEndingAt, type Scenario, type ScenarioMessage } from './scenario.js';

/** The last neutrino of a drill lies this far back: a clock may be fast, and a message takes its time. */
const JUST_BEFORE_MILLISECONDS = 2_000;

export interface DrillMessage extends ScenarioMessage {
  readonly is_firedrill: true;
}

/** A scenario as a fire drill that begins now: what the detectors would send to the fire-drill cache, in this order. */
export function drillMessages(scenario: Scenario, nowMilliseconds: number): DrillMessage[] {
  const end = fromPosixMilliseconds(nowMilliseconds - JUST_BEFORE_MILLISECONDS);
  return messagesEndingAt(scenario, end).map((message) => ({ ...message, is_firedrill: true }));
}
