'use client';

import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';

export interface DialogProps {
  open: boolean;
  /** Asked for by Esc, or told after any closing; the owner answers with `open={false}`. */
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  /** The buttons, the safe one first; a form among the children brings its own. */
  actions?: ReactNode;
}

/** A modal question on the native `<dialog>`: the page behind is inert, Esc closes, focus goes back to where it was. */
export function Dialog({ open, onClose, title, children, actions }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const opener = useRef<HTMLElement | null>(null);
  const id = useId();

  // Layout effect: what is announced in the same step must not find the page still inert behind the dialog.
  useLayoutEffect(() => {
    const dialog = box.current;
    if (!dialog || dialog.open === open) return;
    if (open) {
      opener.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
      dialog.showModal();
    } else {
      dialog.close();
    }
  }, [open]);

  function closed() {
    // Told a moment later: it may have been opened again meanwhile.
    if (box.current?.open) return;
    // Browsers give the focus back themselves, but not when the opener was redrawn meanwhile.
    if (opener.current?.isConnected) opener.current.focus();
    opener.current = null;
    if (open) onClose();
  }

  return (
    <dialog
      ref={box}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-body`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={closed}
      className="dialog m-auto w-[min(32rem,calc(100vw-2rem))] rounded-3xl border border-line bg-surface p-0 text-ink shadow-lift"
    >
      <div className="grid gap-4 p-6 sm:p-8">
        <h2 id={`${id}-title`} className="font-display text-2xl leading-tight font-bold text-balance">
          {title}
        </h2>
        <div id={`${id}-body`} className="grid gap-3 text-muted">
          {children}
        </div>
        {actions && <div className="mt-2 flex flex-wrap gap-3">{actions}</div>}
      </div>
    </dialog>
  );
}
