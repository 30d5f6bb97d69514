import { DataTable } from '../../parts/data-table.js';
import { JsonText } from '../../parts/json-text.js';
import { Loaded } from '../../parts/note.js';
import { Utc } from '../../parts/utc.js';
import { useResource } from '../../state/resource.js';
import { access, answered, server } from '../../state/server.js';

const SHOWN = 200;

/** The actions of administrators. */
export function AuditLog() {
  const { data, error } = useResource(
    (signal) => answered(server.peek().GET('/v1/admin/acts', { params: { query: { limit: SHOWN } }, signal })),
    [access.value?.key_id],
  );
  return (
    <>
      <h1>Audit log</h1>
      <Loaded data={data} error={error}>
        {(page) => (
          <DataTable
            caption="Audit log, the newest first"
            columns={[
              { head: 'Time (UTC)', cell: ({ time_utc }) => <Utc value={time_utc} ago /> },
              { head: 'Key', cell: ({ actor }) => <code>{actor}</code> },
              { head: 'Action', cell: ({ act }) => act },
              { head: 'Details', cell: ({ detail }) => <JsonText value={detail} /> },
            ]}
            rows={page.items}
            keyOf={({ id }) => id}
            empty="The audit log is empty."
          />
        )}
      </Loaded>
    </>
  );
}
