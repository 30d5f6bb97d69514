import { geoGraticule10, geoNaturalEarth1, geoPath } from 'd3-geo';
import { feature } from 'topojson-client';
import topology from 'world-atlas/land-110m.json';
import { statusShape } from '../parts/marks.js';
import type { Detector } from '../state/detectors.js';
import { linkTo } from '../state/route.js';
import { placeLabels } from './map-labels.js';
import { useWidth } from './use-width.js';

type Topology = Parameters<typeof feature>[0];

// The type of the JSON is too wide: there the type of a geometry is any text.
const world = topology as unknown as Topology;
const land = feature(world, world.objects['land'] as NonNullable<Topology['objects'][string]>);
const HEIGHT_PER_WIDTH = 0.52;
/** The largest part of the window's height, so that the table below is visible. */
const HIGHEST = 0.68;

/** The sites of the detectors, each with the colour and the shape of its status. */
export function WorldMap({ detectors }: { detectors: readonly Detector[] }) {
  const [width, container, zoom] = useWidth();
  const height = Math.min(width * HEIGHT_PER_WIDTH, (innerHeight * HIGHEST) / zoom);
  return (
    <div class="map" ref={container}>
      {width > 0 && <Picture detectors={detectors} width={width} height={height} zoom={zoom} />}
    </div>
  );
}

interface PictureProps {
  readonly detectors: readonly Detector[];
  readonly width: number;
  readonly height: number;
  /** Pixels per unit. */
  readonly zoom: number;
}

/** The smallest width for names. A narrower map has only marks, and the table below has the names. */
const ROOM_FOR_NAMES = 620;

function Picture({ detectors, width, height, zoom }: PictureProps) {
  const projection = geoNaturalEarth1().fitExtent(
    [
      [2, 2],
      [width - 2, height - 2],
    ],
    { type: 'Sphere' },
  );
  const path = geoPath(projection);
  const spots = detectors.map((detector) => {
    const [x, y] = projection([detector.longitude, detector.latitude]) ?? [0, 0];
    return { x, y, text: width < ROOM_FOR_NAMES ? '' : detector.name, detector };
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing has no fieldset
    <svg
      width={width * zoom}
      height={height * zoom}
      viewBox={`0 0 ${width} ${height}`}
      role="group"
      aria-label="World map of the detectors"
    >
      <path class="map-sea" d={path({ type: 'Sphere' }) ?? ''} />
      <path class="map-grid" d={path(geoGraticule10()) ?? ''} />
      <path class="map-land" d={path(land) ?? ''} />
      {placeLabels(spots, width, height).map(({ x, y, label, detector }) => (
        <a
          key={detector.name}
          class={`map-spot status-${detector.status}`}
          href={linkTo('detectors', detector.name)}
          aria-label={`${detector.name}, ${detector.status}, ${detector.site}`}
        >
          <line class="map-leader" x1={x} y1={y} x2={label.x} y2={label.y} />
          <circle class="map-site" cx={x} cy={y} r={2} />
          <rect class="map-target" x={label.x - 9} y={label.y - 9} width={label.width} height={18} rx={9} />
          <path d={statusShape(detector.status)} transform={`translate(${label.x} ${label.y}) scale(.85)`} />
          <text x={label.x + 9} y={label.y + 4}>
            {label.text}
          </text>
        </a>
      ))}
    </svg>
  );
}
