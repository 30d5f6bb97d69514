import { useId, useState } from 'preact/hooks';
import type { components } from '../../../client/index.js';
import { DataTable } from '../../parts/data-table.js';
import { Dialog } from '../../parts/dialog.js';
import { Loaded } from '../../parts/note.js';
import { copy } from '../../parts/save.js';
import { Utc } from '../../parts/utc.js';
import { useDetectors } from '../../state/detectors.js';
import { firstItems } from '../../state/first-items.js';
import { useResource } from '../../state/resource.js';
import { access, answered, server } from '../../state/server.js';
import { Outcome, textOf, useAction } from './action.js';
import { Confirmation } from './confirmation.js';

type Key = components['schemas']['Key'];
const ROLES = ['detector', 'reader', 'admin'] as const satisfies readonly Key['role'][];

/** The keys of the API, which can be created and revoked. */
export function Keys() {
  const { data, error, reload } = useResource(
    (signal) => firstItems(1_000, (query) => server.peek().GET('/v1/admin/keys', { params: { query }, signal })),
    [access.value?.key_id],
  );
  const [created, setCreated] = useState<string | undefined>(undefined);
  const [revoked, setRevoked] = useState<Key | undefined>(undefined);
  const action = useAction();
  const revoke = ({ id }: Key) =>
    action.run(async () => {
      await answered(server.peek().DELETE('/v1/admin/keys/{id}', { params: { path: { id } } }));
      reload();
      return `The key ${id} was revoked.`;
    });
  return (
    <>
      <h1>Keys</h1>
      <NewKey
        onCreated={(key) => {
          setCreated(key);
          reload();
        }}
      />
      <Outcome action={action} />
      <Loaded data={data} error={error}>
        {(page) => <KeyTable keys={page.items} onRevoke={setRevoked} />}
      </Loaded>
      {created !== undefined && <CreatedKey secret={created} onClose={() => setCreated(undefined)} />}
      {revoked !== undefined && (
        <Confirmation
          title={`Revoke the key ${revoked.id}?`}
          verb="Revoke"
          onClose={() => setRevoked(undefined)}
          onConfirm={() => revoke(revoked)}
        >
          <p>
            Requests with this key (<bdi>{revoked.name}</bdi>) will be rejected. This cannot be undone.
          </p>
        </Confirmation>
      )}
    </>
  );
}

function KeyTable({ keys, onRevoke }: { keys: readonly Key[]; onRevoke: (key: Key) => void }) {
  return (
    <DataTable
      caption="Keys by id"
      columns={[
        { head: 'Id', cell: ({ id }) => <code>{id}</code> },
        { head: 'Description', cell: ({ name }) => <bdi>{name}</bdi> },
        {
          head: 'Role',
          cell: ({ role, detectors }) => <bdi>{[role, detectors.join(', ')].filter(Boolean).join(': ')}</bdi>,
        },
        { head: 'Created (UTC)', cell: ({ created_at }) => <Utc value={created_at} /> },
        { head: 'By', cell: ({ created_by }) => <code>{created_by}</code> },
        {
          head: 'Revoke',
          cell: (key) =>
            key.revoked_at === null ? (
              <button type="button" onClick={() => onRevoke(key)}>
                Revoke<span class="unseen-text"> the key {key.id}</span>
              </button>
            ) : (
              <>
                revoked <Utc value={key.revoked_at} />
              </>
            ),
        },
      ]}
      rows={keys}
      keyOf={({ id }) => id}
      classOf={({ revoked_at }) => (revoked_at === null ? '' : 'row-past')}
      empty="There are no keys except the configured one."
    />
  );
}

function NewKey({ onCreated }: { onCreated: (secret: string) => void }) {
  const [role, setRole] = useState<Key['role']>('detector');
  const detectors = useDetectors().data ?? [];
  const [name, roleField, detectorField] = [useId(), useId(), useId()];
  const action = useAction();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const chosen = new FormData(form).getAll('detectors').map(String);
    const body = { name: textOf(form, 'name'), role, detectors: role === 'detector' ? chosen : [] };
    await action.run(async () => {
      const { key, id } = await answered(server.peek().POST('/v1/admin/keys', { body }));
      form.reset();
      setRole('detector');
      onCreated(key);
      return `The key ${id} was created.`;
    });
  };
  return (
    <form class="line-form" onSubmit={submit}>
      <div>
        <label for={name}>Description</label>
        <input id={name} name="name" required maxLength={128} autocomplete="off" />
      </div>
      <div>
        <label for={roleField}>Role</label>
        <select
          id={roleField}
          name="role"
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as Key['role'])}
        >
          {ROLES.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </div>
      {role === 'detector' && (
        <div>
          <label for={detectorField}>Detectors</label>
          <select id={detectorField} name="detectors" multiple size={4} required>
            {detectors.map((one) => (
              <option key={one.name}>{one.name}</option>
            ))}
          </select>
        </div>
      )}
      <button type="submit" class="primary" disabled={action.isRunning}>
        Create key
      </button>
      <Outcome action={action} />
    </form>
  );
}

function CreatedKey({ secret, onClose }: { secret: string; onClose: () => void }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <Dialog title="The new key" onClose={onClose}>
      <p>The key is shown only once. The server stores only its hash.</p>
      <p>
        <code class="secret">{secret}</code>
      </p>
      <div class="buttons">
        <button
          type="button"
          class="primary"
          onClick={async () => {
            await copy(secret);
            setCopied(true);
          }}
        >
          {isCopied ? 'Copied' : 'Copy'}
        </button>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
