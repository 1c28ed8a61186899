import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { beforeAll, describe, expect, it } from 'vitest';

import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';

import { teachDialogs } from '../dialogs';

beforeAll(teachDialogs);

function Scene() {
  const [open, setOpen] = useState(false);
  const [closings, setClosings] = useState(0);
  const close = () => {
    setOpen(false);
    setClosings((before) => before + 1);
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>Open</Button>
      <output>{closings}</output>
      <Dialog open={open} onClose={close} title="Sure?" actions={<Button onClick={close}>Keep</Button>}>
        It cannot be undone.
      </Dialog>
    </>
  );
}

describe('Dialog', () => {
  it('is closed until it is opened', () => {
    render(<Scene />);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('is named by its title and described by its text', async () => {
    render(<Scene />);
    await userEvent.click(screen.getByRole('button', { name: 'Open' }));
    const dialog = screen.getByRole('dialog', { name: 'Sure?' });
    expect(dialog).toHaveAccessibleDescription('It cannot be undone.');
    await waitFor(() => expect(screen.getByRole('button', { name: 'Keep' })).toHaveFocus());
  });

  it('closes by its button and gives the focus back', async () => {
    render(<Scene />);
    await userEvent.click(screen.getByRole('button', { name: 'Open' }));
    await userEvent.click(screen.getByRole('button', { name: 'Keep' }));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    await waitFor(() => expect(screen.getByRole('button', { name: 'Open' })).toHaveFocus());
  });

  it('closes by Esc, telling its owner once', async () => {
    render(<Scene />);
    await userEvent.click(screen.getByRole('button', { name: 'Open' }));
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(screen.getByRole('status')).toHaveTextContent('1');
    await waitFor(() => expect(screen.getByRole('button', { name: 'Open' })).toHaveFocus());
  });
});
