import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** The size of text in pixels for which charts are drawn; on a wall's screen it is larger, and all of them with it. */
const USUAL_TEXT = 14.5;

/** The width of an element in the units that charts are drawn in, and how many pixels one of these has. */
export function useWidth(): readonly [width: number, element: RefObject<HTMLDivElement | null>, scale: number] {
  const element = useRef<HTMLDivElement>(null);
  const [{ width, scale }, setSize] = useState({ width: 0, scale: 1 });
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      const text = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      setSize({ width: Math.floor(entry?.contentRect.width ?? 0), scale: Math.max(1, text / USUAL_TEXT) });
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [width / scale, element, scale];
}
