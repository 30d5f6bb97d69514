import { useState } from 'preact/hooks';

/** An action with a key, whose outcome is shown beside its button. */
export interface KeyedAction {
  readonly isRunning: boolean;
  readonly outcome: { readonly text: string; readonly isError: boolean } | undefined;
  /** @param work returns the text of its outcome */
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
        setOutcome({ text: await work(), isError: false });
        return true;
      } catch (error) {
        setOutcome({ text: error instanceof Error ? error.message : String(error), isError: true });
        return false;
      } finally {
        setRunning(false);
      }
    },
  };
}

export function Outcome({ action: { outcome } }: { action: KeyedAction }) {
  return (
    <p class={outcome?.isError === true ? 'error' : 'done'} role="status">
      {outcome?.text}
    </p>
  );
}

/** The text of a form's field. */
export function textOf(form: EventTarget | null, name: string): string {
  return new FormData(form as HTMLFormElement).get(name)?.toString().trim() ?? '';
}
