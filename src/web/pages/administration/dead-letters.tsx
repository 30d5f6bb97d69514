import { DataTable } from '../../parts/data-table.js';
import { Fault, Loading } from '../../parts/note.js';
import { Utc } from '../../parts/utc.js';
import { useResource } from '../../state/resource.js';
import { access, answered, server } from '../../state/server.js';
import { Outcome, useAction } from './action.js';

const SHOWN = 200;

/** Records of Kafka that took no effect; after a fix they can be tried again. */
export function DeadLetters() {
  const { data, error, reload } = useResource(
    (signal) => answered(server.peek().GET('/v1/admin/dead-letters', { params: { query: { limit: SHOWN } }, signal })),
    [access.value?.key_id],
  );
  const action = useAction();
  const replay = (id: number) =>
    action.run(async () => {
      await answered(server.peek().POST('/v1/admin/dead-letters/{id}/replay', { params: { path: { id } } }));
      reload();
      return `Dead letter ${id} took effect.`;
    });
  return (
    <>
      <h1>Dead letters</h1>
      <p class="lead">Records of Kafka that took no effect, with the reason.</p>
      <Outcome action={action} />
      {data === undefined ? (
        error === undefined ? (
          <Loading />
        ) : (
          <Fault error={error} />
        )
      ) : (
        <DataTable
          caption="Dead letters, the newest first"
          columns={[
            { head: 'No.', cell: ({ id }) => id },
            { head: 'Put aside (UTC)', cell: ({ created_at }) => <Utc value={created_at} ago /> },
            { head: 'Reason', cell: ({ reason, detail }) => <bdi title={detail}>{`${reason}: ${detail}`}</bdi> },
            {
              head: 'Where',
              cell: ({ topic, partition, offset }) => (
                <bdi class="minor">
                  {topic}/{partition}@{offset}
                </bdi>
              ),
            },
            { head: 'Begins', cell: ({ excerpt }) => <code class="meta">{excerpt}</code> },
            {
              head: 'Again',
              cell: ({ id, replayed_at }) =>
                replayed_at === null ? (
                  <button type="button" disabled={action.isRunning} onClick={() => replay(id)}>
                    Replay<span class="unseen-text"> dead letter {id}</span>
                  </button>
                ) : (
                  <>
                    took effect <Utc value={replayed_at} />
                  </>
                ),
            },
          ]}
          rows={data.items}
          keyOf={({ id }) => id}
          empty="There is none: every record of Kafka took effect, or there is no Kafka."
        />
      )}
    </>
  );
}
