import type { ComponentChildren } from 'preact';

export interface TableColumn<Row> {
  readonly head: string;
  cell(row: Row): ComponentChildren;
  /** Numbers are aligned. */
  readonly isNumeric?: boolean;
}

interface DataTableProps<Row> {
  /** A description of the table for screen readers. */
  readonly caption: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  keyOf(row: Row): string | number;
  classOf?(row: Row): string;
  /** Shown if there are no rows. */
  readonly empty: ComponentChildren;
}

/** A table. On a narrow screen each row is a card; explicit roles are needed there. */
export function DataTable<Row>({ caption, columns, rows, keyOf, classOf, empty }: DataTableProps<Row>) {
  if (rows.length === 0) return <p class="quiet-note">{empty}</p>;
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: display: block removes the implicit roles
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
    // biome-ignore-end lint/a11y/noRedundantRoles: display: block removes the implicit roles
  );
}
