/**
 * jsdom knows the `<dialog>` element but not its methods. This gives it what a browser does that our code relies on:
 * the `open` attribute, focus into the dialog, the `close` event in a task of its own, and Esc as `cancel`.
 */
export function teachDialogs(): void {
  const stopListening = new WeakMap<HTMLDialogElement, () => void>();

  HTMLDialogElement.prototype.showModal = function showModal() {
    this.setAttribute('open', '');
    this.querySelector<HTMLElement>('button, a[href], input')?.focus();
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && this.open && this.dispatchEvent(new Event('cancel', { cancelable: true }))) this.close();
    };
    document.addEventListener('keydown', pressed);
    stopListening.set(this, () => document.removeEventListener('keydown', pressed));
  };
  HTMLDialogElement.prototype.close = function close() {
    if (!this.open) return;
    this.removeAttribute('open');
    stopListening.get(this)?.();
    setTimeout(() => this.dispatchEvent(new Event('close')));
  };
}
