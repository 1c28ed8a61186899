import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import { Alert, type Tone } from '@/components/ui/Alert';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { StatusBadge, type BadgeTone } from '@/components/ui/StatusBadge';

describe('LiveRegion', () => {
  it('is there before the message', () => {
    const { rerender } = render(<LiveRegion />);
    const region = screen.getByRole('status');
    rerender(<LiveRegion>Saved.</LiveRegion>);
    expect(screen.getByRole('status')).toBe(region);
    expect(region).toHaveTextContent('Saved.');
  });

  it('interrupts for a refusal', () => {
    render(<LiveRegion urgency="assertive" />);
    expect(screen.getByRole('alert')).toHaveAttribute('aria-live', 'assertive');
  });
});

const shape = (element: Element) => element.querySelector('svg')?.innerHTML;

describe('StatusBadge', () => {
  it('tells its tones apart by shape, not only by colour', () => {
    const tones: BadgeTone[] = ['good', 'info', 'warn', 'bad'];
    const { container } = render(tones.map((tone) => <StatusBadge key={tone} tone={tone}>{tone}</StatusBadge>));
    const badges = [...container.children];
    expect(badges.map((badge) => badge.textContent)).toEqual(tones);
    expect(new Set(badges.map(shape)).size).toBe(tones.length);
  });

  it('hides its sign from screen readers', () => {
    const { container } = render(<StatusBadge tone="good">Active</StatusBadge>);
    expect(container.querySelector('svg')).toHaveAttribute('aria-hidden', 'true');
  });
});

describe('Alert', () => {
  it('tells its tones apart by shape too, and leaves announcing to its region', () => {
    const tones: Tone[] = ['good', 'info', 'warn', 'bad'];
    const { container } = render(tones.map((tone) => <Alert key={tone} tone={tone} title={tone} />));
    expect(new Set([...container.children].map(shape)).size).toBe(tones.length);
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });
});
