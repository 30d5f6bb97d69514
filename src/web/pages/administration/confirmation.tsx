import type { ComponentChildren } from 'preact';
import { Dialog } from '../../parts/dialog.js';

interface ConfirmationProps {
  readonly title: string;
  /** The label of the button. */
  readonly verb: string;
  onClose(): void;
  onConfirm(): void;
  readonly children: ComponentChildren;
}

export function Confirmation({ title, verb, onClose, onConfirm, children }: ConfirmationProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <div class="buttons">
        <button
          type="button"
          class="danger"
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {verb}
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}
