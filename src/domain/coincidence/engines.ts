import { complete } from './complete.js';
import type { Engine, EngineName } from './engine.js';
import { reference } from './reference.js';

/** The engines by name; their states are their own business. */
export function engineNamed(name: EngineName): Engine<unknown> {
  return (name === 'complete' ? complete : reference) as Engine<unknown>;
}
