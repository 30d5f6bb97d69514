import { useId, useState } from 'preact/hooks';
import { Dialog } from '../parts/dialog.js';
import { access, forgetKey, key, keyError, useKey } from '../state/server.js';

export function KeyDialog({ onClose }: { onClose: () => void }) {
  const [error, setError] = useState<string | undefined>(keyError.value);
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
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setChecking(false);
    }
  };

  return (
    <Dialog title="API key" onClose={onClose}>
      <p>
        The key stays in this tab until you close it, and is sent only to this server. Live alerts do not require a key;
        everything else requires a reader or admin key.
      </p>
      {key.value !== undefined && (
        <p>
          In use: {access.value?.role} key <code>{access.value?.key_id}</code>.
        </p>
      )}
      <form onSubmit={submit}>
        <label for={field}>Key</label>
        <input id={field} name="key" type="password" autocomplete="off" spellcheck={false} required />
        {error !== undefined && (
          <p class="error" role="alert">
            {error}
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
              Remove the key
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
