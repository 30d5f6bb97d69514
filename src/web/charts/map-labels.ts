export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export interface Label {
  /** The middle of its mark. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly text: string;
}

const HEIGHT = 19;
const MARK = 18;
const CHARACTER = 6.6;
const LONGEST = 20;
/** Distances of a mark from its site in pixels: the next ring is tried if there is no room in one. */
const RINGS = [0, 16, 30, 46, 64, 84, 106, 130, 160, 200, 250, 310, 380, 460];
const DIRECTIONS = 16;

/**
 * Places a mark and a name for each spot so that none covers another, as near to the spot as possible. Several detectors
 * can be at the same site.
 */
export function placeLabels<S extends Spot>(
  spots: readonly S[],
  width: number,
  height: number,
): (S & { label: Label })[] {
  const taken: Box[] = [];
  return spots.map((spot) => {
    const text = spot.text.length > LONGEST ? `${spot.text.slice(0, LONGEST - 1)}…` : spot.text;
    const wide = MARK + text.length * CHARACTER + 4;
    const box = nearestFree(spot, wide, taken, width, height);
    taken.push(box);
    return { ...spot, label: { x: box.left + 9, y: box.top + HEIGHT / 2, width: wide, text } };
  });
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function nearestFree({ x, y }: Spot, wide: number, taken: readonly Box[], width: number, height: number): Box {
  let box = boxAt(x, y, wide, width, height);
  for (const ring of RINGS) {
    for (let i = 0; i < (ring === 0 ? 1 : DIRECTIONS); i++) {
      const angle = (i / DIRECTIONS) * 2 * Math.PI;
      box = boxAt(x + ring * Math.cos(angle), y + ring * Math.sin(angle), wide, width, height);
      if (!taken.some((other) => overlaps(box, other))) return box;
    }
  }
  return box;
}

/** A mark at a point, with its name to the right; within the map. */
function boxAt(x: number, y: number, wide: number, width: number, height: number): Box {
  const left = Math.max(0, Math.min(x - 9, width - wide));
  const top = Math.max(0, Math.min(y - HEIGHT / 2, height - HEIGHT));
  return { left, top, right: left + wide, bottom: top + HEIGHT };
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
