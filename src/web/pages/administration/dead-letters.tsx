import { DataTable } from '../../parts/data-table.js';
import { Loaded } from '../../parts/note.js';
import { Utc } from '../../parts/utc.js';
import { useResource } from '../../state/resource.js';
import { access, answered, server } from '../../state/server.js';
import { Outcome, useAction } from './action.js';

const SHOWN = 200;

/** Kafka records that were rejected, which can be processed again. */
export function DeadLetters() {
  const { data, error, reload } = useResource(
    (signal) => answered(server.peek().GET('/v1/admin/dead-letters', { params: { query: { limit: SHOWN } }, signal })),
    [access.value?.key_id],
  );
  const action = useAction();
  const retry = (id: number) =>
    action.run(async () => {
      await answered(server.peek().POST('/v1/admin/dead-letters/{id}/replay', { params: { path: { id } } }));
      reload();
      return `Dead letter ${id} was processed.`;
    });
  return (
    <>
      <h1>Dead letters</h1>
      <p class="lead">Kafka records that could not be read or were rejected, with the reason.</p>
      <Outcome action={action} />
      <Loaded data={data} error={error}>
        {(page) => (
          <DataTable
            caption="Dead letters, the newest first"
            columns={[
              { head: 'Id', cell: ({ id }) => id },
              { head: 'Rejected (UTC)', cell: ({ created_at }) => <Utc value={created_at} ago /> },
              { head: 'Reason', cell: ({ reason, detail }) => <bdi title={detail}>{`${reason}: ${detail}`}</bdi> },
              {
                head: 'Record',
                cell: ({ topic, partition, offset }) => (
                  <bdi class="minor">
                    {topic}/{partition}@{offset}
                  </bdi>
                ),
              },
              { head: 'Content', cell: ({ excerpt }) => <code class="meta">{excerpt}</code> },
              {
                head: 'Retry',
                cell: ({ id, replayed_at }) =>
                  replayed_at === null ? (
                    <button type="button" disabled={action.isRunning} onClick={() => retry(id)}>
                      Retry<span class="unseen-text"> dead letter {id}</span>
                    </button>
                  ) : (
                    <>
                      retried <Utc value={replayed_at} />
                    </>
                  ),
              },
            ]}
            rows={page.items}
            keyOf={({ id }) => id}
            empty="There are no dead letters."
          />
        )}
      </Loaded>
    </>
  );
}
