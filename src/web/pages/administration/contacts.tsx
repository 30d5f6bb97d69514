import { useId, useState } from 'preact/hooks';
import type { components } from '../../../client/index.js';
import { DataTable } from '../../parts/data-table.js';
import { Fault, Loading } from '../../parts/note.js';
import { useDetectors } from '../../state/detectors.js';
import { useResource } from '../../state/resource.js';
import { access, answered, server } from '../../state/server.js';
import { Outcome, textOf, useAction } from './action.js';
import { Confirmation } from './confirmation.js';

type Contact = components['schemas']['Contact'];
type Wish = 'wants_alerts' | 'wants_warnings';

/** Who is mailed. */
export function Contacts() {
  const { data, error, reload } = useResource(
    (signal) => answered(server.peek().GET('/v1/admin/contacts', { params: { query: { limit: 1_000 } }, signal })),
    [access.value?.key_id],
  );
  const [removed, setRemoved] = useState<Contact | undefined>(undefined);
  const action = useAction();
  const change = ({ id, name, ...contact }: Contact, wish: Wish) =>
    action.run(async () => {
      const body = { [wish]: !contact[wish] };
      await answered(server.peek().PATCH('/v1/admin/contacts/{id}', { params: { path: { id } }, body }));
      reload();
      return `What ${name} gets was changed.`;
    });
  const wishCell = (wish: Wish, what: string) => (contact: Contact) => (
    <button
      type="button"
      aria-pressed={contact[wish]}
      disabled={action.isRunning}
      onClick={() => change(contact, wish)}
    >
      {contact[wish] ? 'yes' : 'no'}
      <span class="unseen-text">
        , {what} for {contact.name}
      </span>
    </button>
  );
  return (
    <>
      <h1>Contacts</h1>
      <p class="lead">Who gets live alerts by mail, and who is warned when a detector is late.</p>
      <NewContact onAdded={reload} />
      <Outcome action={action} />
      {data === undefined ? (
        error === undefined ? (
          <Loading />
        ) : (
          <Fault error={error} />
        )
      ) : (
        <DataTable
          caption="Contacts"
          columns={[
            { head: 'Who', cell: ({ name }) => <bdi>{name}</bdi> },
            { head: 'Mail', cell: ({ email }) => <bdi>{email}</bdi> },
            { head: 'Detector', cell: ({ detector_name }) => <bdi>{detector_name ?? 'none'}</bdi> },
            { head: 'Alerts', cell: wishCell('wants_alerts', 'alerts') },
            { head: 'Warnings', cell: wishCell('wants_warnings', 'warnings') },
            {
              head: 'Remove',
              cell: (contact) => (
                <button type="button" onClick={() => setRemoved(contact)}>
                  Remove<span class="unseen-text"> {contact.name}</span>
                </button>
              ),
            },
          ]}
          rows={data.items}
          keyOf={({ id }) => id}
          empty="There is no contact yet."
        />
      )}
      {removed !== undefined && (
        <Confirmation
          title="Remove the contact?"
          verb="Remove"
          onClose={() => setRemoved(undefined)}
          onConfirm={() =>
            action.run(async () => {
              const path = { id: removed.id };
              await answered(server.peek().DELETE('/v1/admin/contacts/{id}', { params: { path } }));
              reload();
              return `${removed.name} is mailed no longer.`;
            })
          }
        >
          <p>
            <bdi>{removed.name}</bdi> (<bdi>{removed.email}</bdi>) is mailed no longer.
          </p>
        </Confirmation>
      )}
    </>
  );
}

function NewContact({ onAdded }: { onAdded: () => void }) {
  const detectors = useDetectors().data ?? [];
  const [name, email, detector, alerts, warnings] = [useId(), useId(), useId(), useId(), useId()];
  const action = useAction();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const body = {
      name: textOf(form, 'name'),
      email: textOf(form, 'email'),
      detector_name: textOf(form, 'detector') || null,
      wants_alerts: textOf(form, 'alerts') === 'on',
      wants_warnings: textOf(form, 'warnings') === 'on',
    };
    await action.run(async () => {
      const added = await answered(server.peek().POST('/v1/admin/contacts', { body }));
      form.reset();
      onAdded();
      return `${added.name} was added.`;
    });
  };
  return (
    <form class="line-form" onSubmit={submit}>
      <div>
        <label for={name}>Who</label>
        <input id={name} name="name" required maxLength={128} autocomplete="off" />
      </div>
      <div>
        <label for={email}>Mail address</label>
        <input id={email} name="email" type="email" required maxLength={254} autocomplete="off" />
      </div>
      <div>
        <label for={detector}>Of the detector</label>
        <select id={detector} name="detector">
          <option value="">none</option>
          {detectors.map((one) => (
            <option key={one.name}>{one.name}</option>
          ))}
        </select>
      </div>
      <label for={alerts} class="check">
        <input id={alerts} name="alerts" type="checkbox" /> Alerts
      </label>
      <label for={warnings} class="check">
        <input id={warnings} name="warnings" type="checkbox" defaultChecked /> Warnings
      </label>
      <button type="submit" class="primary" disabled={action.isRunning}>
        Add
      </button>
      <Outcome action={action} />
    </form>
  );
}
