import { useId, useState } from 'preact/hooks';
import { Dialog } from '../parts/dialog.js';
import { access, forgetKey, key, keyFault, useKey } from '../state/server.js';

export function KeyDialog({ onClose }: { onClose: () => void }) {
  const [fault, setFault] = useState<string | undefined>(keyFault.value);
  const [isChecking, setChecking] = useState(false);
  const field = useId();

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const text = new FormData(event.currentTarget as HTMLFormElement).get('key')?.toString().trim() ?? '';
    if (text === '') return;
    setChecking(true);
    try {
      await useKey(text);
      onClose();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
      setChecking(false);
    }
  };

  return (
    <Dialog title="API key" onClose={onClose}>
      <p>
        It stays in this tab until you close it, and is sent to this server only. Alerts of the live sky need none; the
        rest asks for a reader or admin key.
      </p>
      {key.value !== undefined && (
        <p>
          In use: {access.value?.role} key <code>{access.value?.key_id}</code>.
        </p>
      )}
      <form onSubmit={submit}>
        <label for={field}>Key</label>
        <input id={field} name="key" type="password" autocomplete="off" spellcheck={false} required />
        {fault !== undefined && (
          <p class="fault" role="alert">
            {fault}
          </p>
        )}
        <div class="buttons">
          <button type="submit" class="primary" disabled={isChecking}>
            Use this key
          </button>
          {key.value !== undefined && (
            <button
              type="button"
              onClick={() => {
                forgetKey();
                onClose();
              }}
            >
              Forget the key
            </button>
          )}
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
