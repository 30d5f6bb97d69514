import type { components } from '../../client/index.js';
import { linkTo } from '../state/route.js';

export type ShownDetectorStatus = components['schemas']['Detector']['status'];

/** Sub-groups and lines differ in colour and shape. There are eight of each. */
export const SERIES = 8;

const SHAPES: readonly string[] = [
  'M0 -6A6 6 0 1 1 0 6A6 6 0 1 1 0 -6Z',
  'M-5.3 -5.3H5.3V5.3H-5.3Z',
  'M0 -6.8L6.4 5H-6.4Z',
  'M0 -7.2L7.2 0L0 7.2L-7.2 0Z',
  'M0 6.8L6.4 -5H-6.4Z',
  'M-2.3 -6.8H2.3V-2.3H6.8V2.3H2.3V6.8H-2.3V2.3H-6.8V-2.3H-2.3Z',
  'M0 -7.4L1.8 -2.4H7L2.8 0.9L4.4 6L0 2.9L-4.4 6L-2.8 0.9L-7 -2.4H-1.8Z',
  'M-3.4 -6H3.4L6.8 0L3.4 6H-3.4L-6.8 0Z',
];

/** The path of a shape around the origin, 14 px wide. */
export function shapeOf(index: number): string {
  return SHAPES[index % SHAPES.length] ?? '';
}

/** After eight, colours are combined with other shapes. */
export function colourOf(index: number): string {
  return `var(--series-${(index + Math.floor(index / SERIES) * 3) % SERIES})`;
}

export function SubGroupMark({ index, number }: { index: number; number: number }) {
  return (
    <span class="sub-group-mark">
      <svg viewBox="-8 -8 16 16" aria-hidden="true">
        <path d={shapeOf(index)} fill={colourOf(index)} />
      </svg>
      #{number}
    </span>
  );
}

const STATUS_SHAPES: Readonly<Record<ShownDetectorStatus, string>> = {
  ON: 'M0 -5.5A5.5 5.5 0 1 1 0 5.5A5.5 5.5 0 1 1 0 -5.5Z',
  LATE: 'M0 -6.6L6.4 5H-6.4Z',
  OFF: 'M-5 -5H5V5H-5Z',
  UNKNOWN: 'M0 -6L6 0L0 6L-6 0Z',
};

export function statusShape(status: ShownDetectorStatus): string {
  return STATUS_SHAPES[status];
}

/** Circle: on; triangle: late; square: off; hollow diamond: unknown. */
export function StatusMark({ status }: { status: ShownDetectorStatus }) {
  return (
    <svg class={`status-mark status-${status}`} viewBox="-8 -8 16 16" aria-hidden="true">
      <path d={statusShape(status)} />
    </svg>
  );
}

export function Status({ status }: { status: ShownDetectorStatus }) {
  return (
    <span class={`status-text status-${status}`}>
      <StatusMark status={status} />
      {status}
    </span>
  );
}

/** Names of detectors can be any text, and are isolated from the text around them. */
export function DetectorNames({ names }: { names: readonly string[] }) {
  return (
    <ul class="names">
      {names.map((name, i) => (
        <li key={i}>
          <a href={linkTo('detectors', name)}>
            <bdi>{name}</bdi>
          </a>
        </li>
      ))}
    </ul>
  );
}
