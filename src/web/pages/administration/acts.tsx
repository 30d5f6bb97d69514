import { DataTable } from '../../parts/data-table.js';
import { JsonText } from '../../parts/json-text.js';
import { Fault, Loading } from '../../parts/note.js';
import { Utc } from '../../parts/utc.js';
import { useResource } from '../../state/resource.js';
import { access, answered, server } from '../../state/server.js';

const SHOWN = 200;

/** Who did what, and when. */
export function Acts() {
  const { data, error } = useResource(
    (signal) => answered(server.peek().GET('/v1/admin/acts', { params: { query: { limit: SHOWN } }, signal })),
    [access.value?.key_id],
  );
  return (
    <>
      <h1>Acts of administrators</h1>
      {data === undefined ? (
        error === undefined ? (
          <Loading />
        ) : (
          <Fault error={error} />
        )
      ) : (
        <DataTable
          caption="Acts, the newest first"
          columns={[
            { head: 'When (UTC)', cell: ({ time_utc }) => <Utc value={time_utc} ago /> },
            { head: 'Key', cell: ({ actor }) => <code>{actor}</code> },
            { head: 'Act', cell: ({ act }) => act },
            { head: 'To what, and why', cell: ({ detail }) => <JsonText value={detail} /> },
          ]}
          rows={data.items}
          keyOf={({ id }) => id}
          empty="Nobody has done anything yet."
        />
      )}
    </>
  );
}
