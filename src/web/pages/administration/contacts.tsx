import { useId, useState } from 'preact/hooks';
import type { components } from '../../../client/index.js';
import { DataTable } from '../../parts/data-table.js';
import { Loaded } from '../../parts/note.js';
import { useDetectors } from '../../state/detectors.js';
import { useResource } from '../../state/resource.js';
import { access, answered, server } from '../../state/server.js';
import { Outcome, textOf, useAction } from './action.js';
import { Confirmation } from './confirmation.js';

type Contact = components['schemas']['Contact'];
type Preference = 'wants_alerts' | 'wants_warnings';

/** Contacts and what they receive by e-mail. */
export function Contacts() {
  const { data, error, reload } = useResource(
    (signal) => answered(server.peek().GET('/v1/admin/contacts', { params: { query: { limit: 1_000 } }, signal })),
    [access.value?.key_id],
  );
  const [removed, setRemoved] = useState<Contact | undefined>(undefined);
  const action = useAction();
  const change = ({ id, name, ...contact }: Contact, preference: Preference) =>
    action.run(async () => {
      const body = { [preference]: !contact[preference] };
      await answered(server.peek().PATCH('/v1/admin/contacts/{id}', { params: { path: { id } }, body }));
      reload();
      return `The contact ${name} was changed.`;
    });
  const remove = ({ id, name }: Contact) =>
    action.run(async () => {
      await answered(server.peek().DELETE('/v1/admin/contacts/{id}', { params: { path: { id } } }));
      reload();
      return `The contact ${name} was removed.`;
    });
  return (
    <>
      <h1>Contacts</h1>
      <p class="lead">Contacts receive live alerts and warnings about late heartbeats by e-mail.</p>
      <NewContact onAdded={reload} />
      <Outcome action={action} />
      <Loaded data={data} error={error}>
        {(page) => (
          <ContactTable contacts={page.items} isBusy={action.isRunning} onChange={change} onRemove={setRemoved} />
        )}
      </Loaded>
      {removed !== undefined && (
        <Confirmation
          title="Remove the contact?"
          verb="Remove"
          onClose={() => setRemoved(undefined)}
          onConfirm={() => remove(removed)}
        >
          <p>
            <bdi>{removed.name}</bdi> (<bdi>{removed.email}</bdi>) will receive no more e-mail.
          </p>
        </Confirmation>
      )}
    </>
  );
}

interface ContactTableProps {
  readonly contacts: readonly Contact[];
  readonly isBusy: boolean;
  onChange(contact: Contact, preference: Preference): void;
  onRemove(contact: Contact): void;
}

function ContactTable({ contacts, isBusy, onChange, onRemove }: ContactTableProps) {
  const preferenceCell = (preference: Preference, what: string) => (contact: Contact) => (
    <button
      type="button"
      aria-pressed={contact[preference]}
      disabled={isBusy}
      onClick={() => onChange(contact, preference)}
    >
      {contact[preference] ? 'yes' : 'no'}
      <span class="unseen-text">
        , {what} for {contact.name}
      </span>
    </button>
  );
  return (
    <DataTable
      caption="Contacts"
      columns={[
        { head: 'Name', cell: ({ name }) => <bdi>{name}</bdi> },
        { head: 'E-mail', cell: ({ email }) => <bdi>{email}</bdi> },
        { head: 'Detector', cell: ({ detector_name }) => <bdi>{detector_name ?? 'none'}</bdi> },
        { head: 'Alerts', cell: preferenceCell('wants_alerts', 'alerts') },
        { head: 'Warnings', cell: preferenceCell('wants_warnings', 'warnings') },
        {
          head: 'Remove',
          cell: (contact) => (
            <button type="button" onClick={() => onRemove(contact)}>
              Remove<span class="unseen-text"> {contact.name}</span>
            </button>
          ),
        },
      ]}
      rows={contacts}
      keyOf={({ id }) => id}
      empty="There are no contacts."
    />
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
        <label for={name}>Name</label>
        <input id={name} name="name" required maxLength={128} autocomplete="off" />
      </div>
      <div>
        <label for={email}>E-mail address</label>
        <input id={email} name="email" type="email" required maxLength={254} autocomplete="off" />
      </div>
      <div>
        <label for={detector}>Detector</label>
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
