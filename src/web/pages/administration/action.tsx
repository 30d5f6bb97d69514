import { useState } from 'preact/hooks';

/** Something that is done with a key: what came of it stands beside the button. */
export interface KeyedAction {
  readonly isRunning: boolean;
  readonly outcome: { readonly text: string; readonly isFault: boolean } | undefined;
  /** @param work gives back what to say when it is done */
  run(work: () => Promise<string>): Promise<boolean>;
}

export function useAction(): KeyedAction {
  const [isRunning, setRunning] = useState(false);
  const [outcome, setOutcome] = useState<KeyedAction['outcome']>(undefined);
  return {
    isRunning,
    outcome,
    async run(work) {
      setRunning(true);
      setOutcome(undefined);
      try {
        setOutcome({ text: await work(), isFault: false });
        return true;
      } catch (error) {
        setOutcome({ text: error instanceof Error ? error.message : String(error), isFault: true });
        return false;
      } finally {
        setRunning(false);
      }
    },
  };
}

export function Outcome({ action: { outcome } }: { action: KeyedAction }) {
  return (
    <p class={outcome?.isFault === true ? 'fault' : 'done'} role="status">
      {outcome?.text}
    </p>
  );
}

/** The text of a form's field. */
export function textOf(form: EventTarget | null, name: string): string {
  return new FormData(form as HTMLFormElement).get(name)?.toString().trim() ?? '';
}
