import { fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createRef } from 'react';
import { describe, expect, it } from 'vitest';

import { Checkbox } from '@/components/ui/Checkbox';
import { PasswordField } from '@/components/ui/PasswordField';
import { TextField } from '@/components/ui/TextField';

describe('TextField', () => {
  it('ties label, error, hint and what else is named to the input', () => {
    render(
      <>
        <TextField label="E-mail" name="email" hint="Yours." error="That is no address." aria-describedby="more" />
        <p id="more">More.</p>
      </>,
    );
    const input = screen.getByRole('textbox', { name: 'E-mail' });
    expect(input).toHaveAttribute('id', 'email');
    expect(input).toBeInvalid();
    expect(input).toHaveAccessibleDescription('That is no address. Yours. More.');
  });

  it('is silent where there is nothing to say', () => {
    render(<TextField label="E-mail" />);
    const input = screen.getByRole('textbox', { name: 'E-mail' });
    expect(input).not.toHaveAttribute('aria-describedby');
    expect(input).not.toHaveAttribute('aria-invalid');
  });

  it('hands out its input', () => {
    const ref = createRef<HTMLInputElement>();
    render(<TextField label="E-mail" ref={ref} />);
    expect(ref.current).toBe(screen.getByRole('textbox'));
  });
});

describe('PasswordField', () => {
  it('shows and hides what was typed, without submitting', async () => {
    let submitted = 0;
    render(
      <form onSubmit={() => (submitted += 1)}>
        <PasswordField label="Password" name="password" />
      </form>,
    );
    const input = screen.getByLabelText('Password');
    const toggle = screen.getByRole('button', { name: 'Show password' });
    expect(input).toHaveAttribute('type', 'password');
    expect(toggle).toHaveAttribute('aria-pressed', 'false');
    await userEvent.click(toggle);
    expect(input).toHaveAttribute('type', 'text');
    expect(toggle).toHaveAttribute('aria-pressed', 'true');
    await userEvent.click(toggle);
    expect(input).toHaveAttribute('type', 'password');
    expect(submitted).toBe(0);
  });

  it('accepts a pasted password', async () => {
    render(<PasswordField label="Password" />);
    await userEvent.click(screen.getByLabelText('Password'));
    await userEvent.paste('correct horse battery');
    expect(screen.getByLabelText('Password')).toHaveValue('correct horse battery');
  });

  it('says when Caps Lock is on, in a region that was there before', () => {
    render(<PasswordField label="Password" name="password" />);
    const input = screen.getByLabelText('Password');
    const region = document.getElementById('password-capslock');
    expect(region).toHaveAttribute('role', 'status');
    expect(region).toBeEmptyDOMElement();
    fireEvent.keyDown(input, { key: 'A', modifierCapsLock: true });
    expect(region).toHaveTextContent('Caps Lock is on');
    fireEvent.keyUp(input, { key: 'CapsLock', modifierCapsLock: false });
    expect(region).toBeEmptyDOMElement();
  });

  it('survives the key events of a browser that fills it in', () => {
    render(<PasswordField label="Password" />);
    fireEvent(screen.getByLabelText('Password'), new Event('keydown', { bubbles: true }));
    expect(screen.getByLabelText('Password')).toBeInTheDocument();
  });

  it('describes the input by error, hint and what else is named', () => {
    render(
      <>
        <PasswordField label="Password" hint="15 or more." error="Too short." aria-describedby="more" />
        <p id="more">More.</p>
      </>,
    );
    expect(screen.getByLabelText('Password')).toHaveAccessibleDescription(/^Too short\. 15 or more\. +More\.$/);
    expect(screen.getByLabelText('Password')).toBeInvalid();
  });
});

describe('Checkbox', () => {
  it('is toggled by its label', async () => {
    render(<Checkbox label="Keep me logged in" name="remember" hint="Not on a shared computer." />);
    const box = screen.getByRole('checkbox', { name: 'Keep me logged in' });
    expect(box).toHaveAccessibleDescription('Not on a shared computer.');
    await userEvent.click(screen.getByText('Keep me logged in'));
    expect(box).toBeChecked();
  });
});
