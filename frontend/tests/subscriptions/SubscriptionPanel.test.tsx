import { render, screen, within, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useRef } from 'react';
import { beforeAll, describe, expect, it } from 'vitest';

import { useMe } from '@/features/account/hooks/useMe';
import { SubscriptionPanel } from '@/features/subscriptions/components/SubscriptionPanel';

import { teachDialogs } from '../dialogs';
import { ACTIVE, ENDING, ok, refused, serve, UNSUBSCRIBED } from './api';

beforeAll(teachDialogs);

const CURRENT = 'get /subscriptions/current';
const DOWN = refused(503, 'database_unavailable', 'The service is away for a moment.');

/** The panel on a page that asks who is logged in. */
const Page = () => <SubscriptionPanel me={useMe()} heading={useRef(null)} />;

/** The message of the page, apart from the region inside the dialog. */
const told = (text: string) => screen.findByText((_, element) => element?.getAttribute('role') === 'status' && (element.textContent ?? '').includes(text));

describe('SubscriptionPanel', () => {
  it('shows a skeleton and no facts while it asks', async () => {
    serve({ [CURRENT]: [ok(ACTIVE)] });
    render(<Page />);
    expect(screen.getByRole('status')).toHaveTextContent('Loading your subscription');
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Your subscription');
    expect(await screen.findByText('Monthly art print')).toBeVisible();
    expect(screen.queryByText('Loading your subscription')).not.toBeInTheDocument();
  });

  it('shows plan, price, status, dates and the account', async () => {
    serve({ [CURRENT]: [ok(ACTIVE)] });
    render(<Page />);
    expect(await screen.findByRole('heading', { name: 'Monthly art print' })).toBeVisible();
    expect(screen.getByText('$12.00 a month')).toBeVisible();
    expect(screen.getByText('Active')).toBeVisible();
    expect(screen.getByText('March 5, 2026')).toBeVisible();
    expect(screen.getByText('December 5, 2099', { selector: 'time' })).toBeVisible();
    expect(screen.getByText('amelia@example.org')).toBeVisible();
  });

  it('asks a subscriber without an address for one, and nobody else', async () => {
    const PROFILE = 'get /users/me/profile';
    const nowhere = ok({ name: '', shipping_address: null });
    serve({ [CURRENT]: [ok(ACTIVE)], [PROFILE]: [nowhere] });
    const { unmount } = render(<Page />);
    expect(await screen.findByRole('link', { name: 'Add an address' })).toHaveAttribute('href', '/dashboard/settings');
    unmount();

    const known = serve({ [CURRENT]: [ok(ACTIVE)], [PROFILE]: [ok({ name: '', shipping_address: { city: 'Oslo' } })] });
    const { unmount: leave } = render(<Page />);
    await waitFor(() => expect(known.asked).toContain(PROFILE));
    expect(screen.queryByRole('link', { name: 'Add an address' })).not.toBeInTheDocument();
    leave();

    const { asked } = serve({ [CURRENT]: [ok(UNSUBSCRIBED)], [PROFILE]: [nowhere] });
    render(<Page />);
    await screen.findByText('Not subscribed');
    expect(asked).not.toContain(PROFILE);
  });

  it('cancels only after a confirmation that says until when, and announces it', async () => {
    const { asked } = serve({ [CURRENT]: [ok(ACTIVE)], 'post /subscriptions/cancel': [ok(ENDING)] });
    render(<Page />);
    await userEvent.click(await screen.findByRole('button', { name: 'Cancel subscription' }));
    const dialog = screen.getByRole('dialog', { name: 'Cancel Monthly art print?' });
    expect(dialog).toHaveAccessibleDescription(expect.stringContaining('December 5, 2099'));
    expect(asked).not.toContain('post /subscriptions/cancel');

    await userEvent.click(within(dialog).getByRole('button', { name: 'Yes, cancel' }));
    expect(await told('Your subscription is cancelled.')).toBeVisible();
    expect(screen.getByText(/Everything goes on until December 5, 2099\./)).toBeVisible();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    await waitFor(() => expect(screen.getByRole('button', { name: 'Resume subscription' })).toHaveFocus());
  });

  it('keeps everything when asked to', async () => {
    const { asked } = serve({ [CURRENT]: [ok(ACTIVE)] });
    render(<Page />);
    await userEvent.click(await screen.findByRole('button', { name: 'Cancel subscription' }));
    await userEvent.click(screen.getByRole('button', { name: 'Keep it' }));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    await waitFor(() => expect(screen.getByRole('button', { name: 'Cancel subscription' })).toHaveFocus());
    expect(asked).not.toContain('post /subscriptions/cancel');
  });

  it('says in the dialog why a cancellation failed, and lets one try again', async () => {
    serve({ [CURRENT]: [ok(ACTIVE)], 'post /subscriptions/cancel': [DOWN, ok(ENDING)] });
    render(<Page />);
    await userEvent.click(await screen.findByRole('button', { name: 'Cancel subscription' }));
    const dialog = screen.getByRole('dialog');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Yes, cancel' }));
    expect(await within(dialog).findByText('The service is away for a moment.')).toBeVisible();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Yes, cancel' }));
    expect(await told('Your subscription is cancelled.')).toBeVisible();
  });

  it('shows what is true when another tab was faster', async () => {
    const late = refused(409, 'nothing_to_cancel', 'There is no running subscription to cancel.');
    serve({ [CURRENT]: [ok(ACTIVE), ok(ENDING)], 'post /subscriptions/cancel': [late] });
    render(<Page />);
    await userEvent.click(await screen.findByRole('button', { name: 'Cancel subscription' }));
    await userEvent.click(screen.getByRole('button', { name: 'Yes, cancel' }));
    expect(await told('There is no running subscription to cancel.')).toBeVisible();
    expect(await screen.findByRole('button', { name: 'Resume subscription' })).toBeVisible();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('resumes, and says when the next payment is', async () => {
    serve({ [CURRENT]: [ok(ENDING)], 'post /subscriptions/resume': [ok(ACTIVE)] });
    render(<Page />);
    await userEvent.click(await screen.findByRole('button', { name: 'Resume subscription' }));
    expect(await told('The next payment is on December 5, 2099.')).toBeVisible();
    await waitFor(() => expect(screen.getByRole('button', { name: 'Cancel subscription' })).toHaveFocus());
  });

  it('says that the account is to be kept first, where it is to be deleted', async () => {
    const title = 'Your account is to be deleted. Keep it first, then resume your subscription.';
    serve({ [CURRENT]: [ok(ENDING)], 'post /subscriptions/resume': [refused(409, 'deletion_pending', title)] });
    render(<Page />);
    await userEvent.click(await screen.findByRole('button', { name: 'Resume subscription' }));
    expect(await told(title)).toBeVisible();
    expect(screen.getByRole('button', { name: 'Resume subscription' })).toBeVisible();
  });

  it('says kindly what to do without a subscription, and looks again', async () => {
    serve({ [CURRENT]: [ok(UNSUBSCRIBED), ok(ACTIVE)] });
    render(<Page />);
    expect(await screen.findByText('Not subscribed')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Cancel subscription' })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Check again' }));
    expect(await screen.findByText('Monthly art print')).toBeVisible();
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 })).toHaveFocus());
  });

  it('says when nothing could be read, and tries again', async () => {
    serve({ [CURRENT]: [DOWN, ok(ACTIVE)] });
    render(<Page />);
    expect(await screen.findByRole('alert')).toHaveTextContent('The service is away for a moment. Your subscription itself');
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Monthly art print')).toBeVisible();
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 })).toHaveFocus());
  });
});
