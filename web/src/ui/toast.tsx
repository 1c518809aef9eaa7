import { signal } from '@preact/signals';

/** A short message at the lower edge, with one thing that can be done about it. */
interface Toast {
  text: string;
  action?: { words: string; act: () => void };
}

const shown = signal<Toast | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows a message for a while [ms]; the newest takes the place of the one before. */
export function toast(message: Toast, forMs = 6000): void {
  clearTimeout(timer);
  shown.value = message;
  timer = setTimeout(() => {
    shown.value = null;
  }, forMs);
}

/** The place of these messages; once on the page. Screen readers hear them when they come. */
export function Toasts() {
  const message = shown.value;
  return (
    <div class="toasts" role="status" aria-live="polite">
      {message && (
        <div class="toast">
          <span>{message.text}</span>
          {message.action && (
            <button
              type="button"
              onClick={() => {
                shown.value = null;
                message.action?.act();
              }}
            >
              {message.action.words}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
