import { signal } from '@preact/signals';
import type { Alert } from '../../client/index.js';

/** Whether alerts play a sound. It is off at first, because browsers play sounds only after a click. */
export const isSoundOn = signal(false);

let output: AudioContext | undefined;

/** Pitch (Hz) and start (s) of each tone. Live alerts sound different from others. */
const MELODY = {
  live: [
    [880, 0],
    [660, 0.22],
    [880, 0.44],
    [660, 0.66],
    [880, 0.88],
  ],
  other: [[440, 0]],
} as const;
const TONE_SECONDS = 0.18;
const LOUDNESS = 0.2;

/** Called by a click. The tone shows that the loudspeaker is on. */
export function toggleSound(): void {
  isSoundOn.value = !isSoundOn.value;
  if (!isSoundOn.value) return;
  output ??= new AudioContext();
  void output.resume();
  play(MELODY.other);
}

export function soundFor({ cache }: Pick<Alert, 'cache'>): void {
  if (isSoundOn.peek()) play(cache === 'live' ? MELODY.live : MELODY.other);
}

function play(melody: readonly (readonly [pitch: number, begins: number])[]): void {
  if (output === undefined) return;
  for (const [pitch, begins] of melody) {
    const start = output.currentTime + begins;
    const gain = output.createGain();
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
    gain.gain.linearRampToValueAtTime(0, start + TONE_SECONDS);
    const tone = output.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(gain).connect(output.destination);
    tone.start(start);
    tone.stop(start + TONE_SECONDS);
  }
}
