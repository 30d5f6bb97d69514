import { useId, useState } from 'preact/hooks';
import { DataTable } from '../../parts/data-table.js';
import { Dialog } from '../../parts/dialog.js';
import { Loaded } from '../../parts/note.js';
import { type Detector, useDetectors } from '../../state/detectors.js';
import { answered, server } from '../../state/server.js';
import { type KeyedAction, Outcome, textOf, useAction } from './action.js';

/** The detectors, which can be added and changed. */
export function DetectorEntries() {
  const { data, error, reload } = useDetectors();
  const [changed, setChanged] = useState<Detector | undefined>(undefined);
  const adding = useAction();
  const changing = useAction();
  const add = (form: HTMLFormElement) =>
    adding.run(async () => {
      const body = { name: textOf(form, 'name'), ...entryOf(form) };
      const { name } = await answered(server.peek().POST('/v1/admin/detectors', { body }));
      form.reset();
      reload();
      return `${name} was added.`;
    });
  const change = ({ name }: Detector, form: HTMLFormElement) =>
    changing.run(async () => {
      const request = { params: { path: { name } }, body: entryOf(form) };
      await answered(server.peek().PATCH('/v1/admin/detectors/{name}', request));
      setChanged(undefined);
      reload();
      return `${name} was changed.`;
    });
  return (
    <>
      <h1>Detectors</h1>
      <h2>Add a detector</h2>
      <EntryForm verb="Add" action={adding} onSubmit={add} />
      <Loaded data={data} error={error}>
        {(all) => <EntryTable detectors={all} onChange={setChanged} />}
      </Loaded>
      {changed !== undefined && (
        <Dialog title={`Change ${changed.name}`} onClose={() => setChanged(undefined)}>
          <EntryForm verb="Change" action={changing} entry={changed} onSubmit={(form) => change(changed, form)} />
        </Dialog>
      )}
    </>
  );
}

function EntryTable({
  detectors,
  onChange,
}: {
  detectors: readonly Detector[];
  onChange: (detector: Detector) => void;
}) {
  return (
    <DataTable
      caption="Detectors by name"
      columns={[
        { head: 'Name', cell: ({ name }) => <bdi>{name}</bdi> },
        { head: 'Number', isNumeric: true, cell: ({ id }) => id },
        { head: 'Full name', cell: ({ full_name }) => <bdi>{full_name}</bdi> },
        { head: 'Type', cell: ({ type }) => <bdi>{type}</bdi> },
        { head: 'Site', cell: ({ site }) => <bdi>{site}</bdi> },
        {
          head: 'Position (°)',
          isNumeric: true,
          cell: ({ latitude, longitude }) => `${latitude}, ${longitude}`,
        },
        {
          head: 'Change',
          cell: (detector) => (
            <button type="button" onClick={() => onChange(detector)}>
              Change<span class="unseen-text"> {detector.name}</span>
            </button>
          ),
        },
      ]}
      rows={detectors}
      keyOf={({ name }) => name}
      empty="There are no detectors."
    />
  );
}

interface EntryFormProps {
  readonly verb: string;
  readonly action: KeyedAction;
  /** The detector to change; its name cannot be changed. */
  readonly entry?: Detector;
  onSubmit(form: HTMLFormElement): void;
}

function EntryForm({ verb, action, entry, onSubmit }: EntryFormProps) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSubmit(event.currentTarget as HTMLFormElement);
  };
  return (
    <form class="line-form" onSubmit={submit}>
      {entry === undefined && <Field label="Name" name="name" maxLength={64} />}
      <Field label="Number" name="id" type="number" value={entry?.id} min={0} />
      <Field label="Full name" name="full_name" value={entry?.full_name} maxLength={256} />
      <Field label="Type" name="type" value={entry?.type} maxLength={128} />
      <Field label="Site" name="site" value={entry?.site} maxLength={256} />
      <Field
        label="Latitude (°, north positive)"
        name="latitude"
        type="number"
        value={entry?.latitude}
        min={-90}
        max={90}
      />
      <Field
        label="Longitude (°, east positive)"
        name="longitude"
        type="number"
        value={entry?.longitude}
        min={-180}
        max={180}
      />
      <button type="submit" class="primary" disabled={action.isRunning}>
        {verb}
      </button>
      <Outcome action={action} />
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly type?: 'text' | 'number';
  readonly value?: string | number | undefined;
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
}

function Field({ label, type = 'text', value, ...rest }: FieldProps) {
  const id = useId();
  const given = { id, required: true, defaultValue: value === undefined ? '' : String(value), ...rest };
  return (
    <div>
      <label for={id}>{label}</label>
      {type === 'number' ? (
        <input type="number" step="any" {...given} />
      ) : (
        <input type="text" autocomplete="off" {...given} />
      )}
    </div>
  );
}

function entryOf(form: HTMLFormElement) {
  return {
    id: Number(textOf(form, 'id')),
    full_name: textOf(form, 'full_name'),
    type: textOf(form, 'type'),
    site: textOf(form, 'site'),
    latitude: Number(textOf(form, 'latitude')),
    longitude: Number(textOf(form, 'longitude')),
  };
}
