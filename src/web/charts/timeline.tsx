import { useState } from 'preact/hooks';
import { colourOf, SubGroupMark, shapeOf } from '../parts/marks.js';
import { exactText } from '../parts/words.js';
import type { EventObservation, ShownSubGroup } from '../state/event-observations.js';
import { type Band, bandsOf, createScale, LANE, type Scale, ticksOf } from './timeline-layout.js';
import { useWidth } from './use-width.js';

interface TimelineProps {
  readonly observations: readonly EventObservation[];
  readonly subGroups: readonly ShownSubGroup[];
  readonly windowSeconds: number;
}

/** The number of sub-groups that are drawn; more could not be distinguished. */
const MOST_SUB_GROUPS = 24;
const BAND_HEIGHT = 20;
const AXIS_HEIGHT = 40;
const MARK_PITCH = 15;

/** Neutrino times: a lane per detector, a band per sub-group's window, a mark per observation and sub-group. */
export function Timeline({ observations, subGroups, windowSeconds }: TimelineProps) {
  const [width, container, zoom] = useWidth();
  const [shown, setShown] = useState<Shown | undefined>(undefined);
  const first = observations[0];
  if (first === undefined) return <p class="quiet-note">The observations of this event are no longer stored.</p>;
  const bands = bandsOf(subGroups.slice(0, MOST_SUB_GROUPS), first.neutrino_time_utc, windowSeconds);
  const scale = createScale(observations, bands, width);
  const lanes = [...new Set(observations.map(({ detector_name }) => detector_name))];
  const top = bands.length * BAND_HEIGHT + 8;
  const bottom = top + lanes.length * LANE;
  return (
    <div class="timeline" ref={container}>
      {width > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a drawing has no fieldset
        <svg
          class="timeline-picture"
          width={width * zoom}
          height={(bottom + AXIS_HEIGHT) * zoom}
          viewBox={`0 0 ${width} ${bottom + AXIS_HEIGHT}`}
          role="group"
          aria-label="Neutrino times by detector"
        >
          <Bands bands={bands} scale={scale} bottom={bottom} />
          <Lanes names={lanes} scale={scale} top={top} />
          <Axis scale={scale} first={first.neutrino_time_utc} y={bottom} width={width} />
          {observations.map((one) => {
            const spot = { x: scale.x(one.delta), y: top + (lanes.indexOf(one.detector_name) + 0.5) * LANE };
            return <Mark key={one.uuid} one={one} subGroups={subGroups} {...spot} onShow={setShown} />;
          })}
        </svg>
      )}
      {shown !== undefined && <Details {...shown} subGroups={subGroups} width={width} zoom={zoom} />}
      <Legend subGroups={subGroups} />
    </div>
  );
}

function Bands({ bands, scale, bottom }: { bands: readonly Band[]; scale: Scale; bottom: number }) {
  return (
    <>
      {bands.map(({ place, number, begins, ends }, i) => {
        const [x, right] = [scale.x(begins), scale.x(ends)];
        return (
          <g key={place} class="band">
            <rect
              x={x}
              y={i * BAND_HEIGHT + 2}
              width={right - x}
              height={bottom - i * BAND_HEIGHT - 2}
              fill={colourOf(place)}
              class="band-area"
            />
            <path
              d={`M${x} ${i * BAND_HEIGHT + 9}V${i * BAND_HEIGHT + 3}H${right}V${i * BAND_HEIGHT + 9}`}
              stroke={colourOf(place)}
              class="band-bracket"
            />
            <path
              d={shapeOf(place)}
              transform={`translate(${x + 12} ${i * BAND_HEIGHT + 13}) scale(.7)`}
              fill={colourOf(place)}
            />
            <text x={x + 20} y={i * BAND_HEIGHT + 17} class="band-name">
              #{number}
            </text>
          </g>
        );
      })}
    </>
  );
}

function Lanes({ names, scale, top }: { names: readonly string[]; scale: Scale; top: number }) {
  return (
    <>
      {names.map((name, lane) => (
        <g key={name}>
          <line
            class="lane"
            x1={scale.left}
            x2={scale.width}
            y1={top + (lane + 0.5) * LANE}
            y2={top + (lane + 0.5) * LANE}
          />
          <text class="lane-name" x={0} y={top + (lane + 0.5) * LANE + 4}>
            {shortened(name, scale.left)}
          </text>
        </g>
      ))}
    </>
  );
}

function Legend({ subGroups }: { subGroups: readonly ShownSubGroup[] }) {
  return (
    <ul class="timeline-legend" aria-label="Sub-groups">
      {subGroups.slice(0, MOST_SUB_GROUPS).map(({ number }, place) => (
        <li key={place}>
          <SubGroupMark index={place} number={number} />
        </li>
      ))}
      {subGroups.length > MOST_SUB_GROUPS && <li>and {subGroups.length - MOST_SUB_GROUPS} more, not drawn</li>}
    </ul>
  );
}

interface Shown {
  readonly one: EventObservation;
  readonly x: number;
  readonly y: number;
}

interface MarkProps extends Shown {
  readonly subGroups: readonly ShownSubGroup[];
  onShow(shown: Shown | undefined): void;
}

/** An observation in several sub-groups has several shapes, one above the other. */
function Mark({ one, subGroups, x, y, onShow }: MarkProps) {
  const places = one.subGroups.length === 0 ? [undefined] : one.subGroups.slice(0, 4);
  const top = y - ((places.length - 1) * MARK_PITCH) / 2;
  const isStruck = one.state === 'retracted' || one.subGroups.length === 0;
  const show = () => onShow({ one, x, y });
  const hide = () => onShow(undefined);
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it is a picture that shows its text when it has the focus
    <g
      class={`mark ${isStruck ? 'mark-struck' : ''}`}
      tabIndex={0}
      role="img"
      aria-label={markText(one, subGroups)}
      onMouseEnter={show}
      onMouseLeave={hide}
      onFocus={show}
      onBlur={hide}
    >
      <rect class="mark-target" x={x - 12} y={y - LANE / 2} width={24} height={LANE} rx={4} />
      {places.map((place, i) => (
        <path
          key={place ?? 'none'}
          d={shapeOf(place ?? 0)}
          transform={`translate(${x} ${top + i * MARK_PITCH})`}
          style={place === undefined || isStruck ? {} : { fill: colourOf(place) }}
        />
      ))}
      {isStruck && <line class="strike" x1={x - 11} x2={x + 11} y1={y + 7} y2={y - 7} />}
    </g>
  );
}

function markText(one: EventObservation, subGroups: readonly ShownSubGroup[]): string {
  const numbers = one.subGroups.map((place) => `#${subGroups[place]?.number}`).join(', ');
  const where = numbers === '' ? 'in no sub-group' : `sub-groups ${numbers}`;
  const p = one.p_val === null ? 'no p-value' : `p-value ${one.p_val}`;
  return `${one.detector_name}, ${one.neutrino_time_utc} UTC, ${one.delta.toFixed(9)} s after the first, ${p}, ${where}, ${one.state ?? 'no longer stored'}`;
}

const DETAILS_WIDTH = 290;

function Details({
  one,
  x,
  y,
  subGroups,
  width,
  zoom,
}: Shown & { subGroups: readonly ShownSubGroup[]; width: number; zoom: number }) {
  const left = Math.max(0, Math.min(x * zoom - DETAILS_WIDTH / 2, width * zoom - DETAILS_WIDTH));
  return (
    <div
      class="timeline-details"
      style={{ left: `${left}px`, top: `${(y + LANE / 2 + 4) * zoom}px` }}
      aria-hidden="true"
    >
      <strong>
        <bdi>{one.detector_name}</bdi>
      </strong>
      <span class="exact">{exactText(one.neutrino_time_utc)} UTC</span>
      <span class="exact">+{one.delta.toFixed(9)} s</span>
      <span>
        {one.p_val === null ? 'no p-value' : `p = ${one.p_val}`}, {one.state ?? 'no longer stored'}
      </span>
      <span class="sub-group-marks">
        {one.subGroups.map((place) => (
          <SubGroupMark key={place} index={place} number={subGroups[place]?.number ?? place} />
        ))}
      </span>
    </div>
  );
}

function Axis({ scale, first, y, width }: { scale: Scale; first: string; y: number; width: number }) {
  return (
    <g class="axis">
      <line x1={scale.left} x2={width} y1={y} y2={y} />
      {ticksOf(scale, first).map(({ seconds, utc }) => (
        <g key={seconds} transform={`translate(${scale.x(seconds)} ${y})`}>
          <line y2={5} />
          <text y={17}>{seconds} s</text>
          <text y={31} class="axis-utc">
            {utc}
          </text>
        </g>
      ))}
      <text x={0} y={y + 17}>
        since first
      </text>
      <text x={0} y={y + 31}>
        UTC
      </text>
    </g>
  );
}

const CHARACTER_WIDTH = 7.6;

function shortened(name: string, room: number): string {
  const most = Math.floor(room / CHARACTER_WIDTH) - 1;
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}
