import type { ComponentChildren } from 'preact';

export interface TableColumn<Row> {
  readonly head: string;
  cell(row: Row): ComponentChildren;
  /** Figures stand under one another. */
  readonly isNumeric?: boolean;
}

interface DataTableProps<Row> {
  /** What it is a table of, for those who don't see the heading above it. */
  readonly caption: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  keyOf(row: Row): string | number;
  classOf?(row: Row): string;
  /** What to say if there are no rows. */
  readonly empty: ComponentChildren;
}

/** A table; on a narrow screen each row is a card. The roles are said, since as cards the elements lose them. */
export function DataTable<Row>({ caption, columns, rows, keyOf, classOf, empty }: DataTableProps<Row>) {
  if (rows.length === 0) return <p class="quiet-note">{empty}</p>;
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: display: block takes the roles away
    // biome-ignore-start lint/a11y/useSemanticElements: they are the elements
    <table class="data" role="table">
      <caption class="unseen-text">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ head, isNumeric }) => (
            <th key={head} role="columnheader" scope="col" class={isNumeric ? 'numeric' : undefined}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row" class={classOf?.(row)}>
            {columns.map(({ head, cell, isNumeric }) => (
              <td key={head} role="cell" data-head={head} class={isNumeric ? 'numeric' : undefined}>
                <div>{cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/useSemanticElements: they are the elements
    // biome-ignore-end lint/a11y/noRedundantRoles: display: block takes the roles away
  );
}
