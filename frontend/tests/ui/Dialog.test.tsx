import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
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

  it('stays open when it is opened again before the browser has told of the closing', async () => {
    render(<Scene />);
    const open = screen.getByRole('button', { name: 'Open' });
    await userEvent.click(open);
    const told = new Promise((resolve) => {
      screen.getByRole('dialog').addEventListener('close', resolve, { once: true });
    });
    fireEvent.click(screen.getByRole('button', { name: 'Keep' }));
    fireEvent.click(open);
    await act(() => told);
    expect(screen.getByRole('dialog')).toBeVisible();
    expect(screen.getByRole('status')).toHaveTextContent('1');
  });
});
