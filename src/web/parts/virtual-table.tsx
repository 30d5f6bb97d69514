import { Component, type ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

type Columns<Row> = readonly { readonly head: string; cell(row: Row): ComponentChildren }[];

interface VirtualTableProps<Row> {
  readonly caption: string;
  readonly columns: Columns<Row>;
  readonly rows: readonly Row[];
  keyOf(row: Row): string | number;
  readonly empty: ComponentChildren;
}

/** The height of a row in pixels on wide and on narrow screens; styles/virtual.css has the same values. */
const WIDE_ROW = 40;
const NARROW_ROW = 124;
const NARROW = matchMedia('(max-width: 760px)');
/** Rows that are drawn beyond the edges, for smooth scrolling. */
const SPARE = 10;

/** A table of any length, of which only the visible rows are in the document. */
export function VirtualTable<Row>({ caption, columns, rows, keyOf, empty }: VirtualTableProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const rowHeight = useRowHeight();

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [rows.length === 0]);

  if (rows.length === 0) return <p class="quiet-note">{empty}</p>;
  const first = Math.max(0, Math.floor(view.top / rowHeight) - SPARE);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / rowHeight) + SPARE);
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: a table element cannot omit rows
    // biome-ignore-start lint/a11y/useFocusableInteractive: rows are for reading
    <div class="virtual" role="table" aria-label={caption} aria-rowcount={rows.length + 1}>
      <div role="rowgroup">
        <div role="row" class="virtual-row virtual-head" aria-rowindex={1}>
          {columns.map(({ head }) => (
            <span key={head} role="columnheader">
              {head}
            </span>
          ))}
        </div>
      </div>
      <div
        class="virtual-scroller"
        role="rowgroup"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard can scroll it
        tabIndex={0}
        ref={scroller}
        style={{ height: `${rows.length * rowHeight + 2}px` }}
        aria-label={`${caption}, rows`}
      >
        <div class="virtual-room" role="presentation" style={{ height: `${rows.length * rowHeight}px` }}>
          {rows.slice(first, last).map((row, i) => (
            <VirtualRow key={keyOf(row)} row={row} place={first + i} height={rowHeight} columns={columns} />
          ))}
        </div>
      </div>
    </div>
    // biome-ignore-end lint/a11y/useFocusableInteractive: rows are for reading
    // biome-ignore-end lint/a11y/useSemanticElements: a table element cannot omit rows
  );
}

interface VirtualRowProps<Row> {
  readonly row: Row;
  /** From 0, of all rows. */
  readonly place: number;
  readonly height: number;
  readonly columns: Columns<Row>;
}

/** A row that is drawn again only if it changes, so that scrolling is fast. */
class VirtualRow<Row> extends Component<VirtualRowProps<Row>> {
  override shouldComponentUpdate({ row, place, height, columns }: VirtualRowProps<Row>): boolean {
    const { props } = this;
    return row !== props.row || place !== props.place || height !== props.height || columns !== props.columns;
  }

  override render({ row, place, height, columns }: VirtualRowProps<Row>) {
    return (
      // biome-ignore-start lint/a11y/useSemanticElements: a table element cannot omit rows
      // biome-ignore-start lint/a11y/useFocusableInteractive: rows are for reading
      <div
        role="row"
        class="virtual-row"
        aria-rowindex={place + 2}
        style={{ transform: `translateY(${place * height}px)`, height: `${height}px` }}
      >
        {columns.map(({ head, cell }) => (
          <span key={head} role="cell" data-head={head}>
            {cell(row)}
          </span>
        ))}
      </div>
      // biome-ignore-end lint/a11y/useFocusableInteractive: rows are for reading
      // biome-ignore-end lint/a11y/useSemanticElements: a table element cannot omit rows
    );
  }
}

function useRowHeight(): number {
  const [isNarrow, setNarrow] = useState(NARROW.matches);
  useEffect(() => {
    const follow = ({ matches }: MediaQueryListEvent) => setNarrow(matches);
    NARROW.addEventListener('change', follow);
    return () => NARROW.removeEventListener('change', follow);
  }, []);
  return isNarrow ? NARROW_ROW : WIDE_ROW;
}
