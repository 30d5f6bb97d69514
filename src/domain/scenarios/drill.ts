import { fromPosixMilliseconds } from '../time.js';
import { messagesEndingAt, type Scenario, type ScenarioMessage } from './scenario.js';

/** The last neutrino time lies this far in the past, because the client's clock may be fast. */
const JUST_BEFORE_MILLISECONDS = 2_000;

export interface DrillMessage extends ScenarioMessage {
  readonly is_firedrill: true;
}

/** The messages of a scenario as a fire drill that has just happened, in the order in which they are sent. */
export function drillMessages(scenario: Scenario, nowMilliseconds: number): DrillMessage[] {
  const end = fromPosixMilliseconds(nowMilliseconds - JUST_BEFORE_MILLISECONDS);
  return messagesEndingAt(scenario, end).map((message) => ({ ...message, is_firedrill: true }));
}
