import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { Button } from '@/components/ui/Button';

describe('Button', () => {
  it('does not submit unless told to', () => {
    render(<Button>Press</Button>);
    expect(screen.getByRole('button')).toHaveAttribute('type', 'button');
  });

  it('swallows presses while busy, and keeps focus and name', async () => {
    let pressed = 0;
    const { rerender } = render(<Button onClick={() => (pressed += 1)}>Save</Button>);
    await userEvent.click(screen.getByRole('button'));
    rerender(
      <Button busy onClick={() => (pressed += 1)}>
        Save
      </Button>,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(pressed).toBe(1);
    await waitFor(() => expect(screen.getByRole('button')).toHaveFocus());
    expect(screen.getByRole('button')).toHaveAttribute('aria-disabled', 'true');
  });

  it('keeps a busy form from being submitted again', () => {
    render(
      <Button busy type="submit">
        Save
      </Button>,
    );
    // False: the default action, which is to submit, was prevented.
    expect(fireEvent.click(screen.getByRole('button'))).toBe(false);
  });
});
