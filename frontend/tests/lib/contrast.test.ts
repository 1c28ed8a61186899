import { describe, expect, it } from 'vitest';

import { brand } from '@/lib/brand';

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'] as const)('the brand`s colours, %s', (scheme) => {
  const colours = brand.colours[scheme];
  it.each(['ink', 'muted', 'accent', 'good', 'warn', 'bad'] as const)('are read well (AAA): %s', (name) => {
    expect(contrast(colours[name], colours.paper)).toBeGreaterThanOrEqual(7);
    expect(contrast(colours[name], colours.surface)).toBeGreaterThanOrEqual(7);
  });

  it('are read well on buttons', () => {
    expect(contrast(colours.accent, colours.on_accent)).toBeGreaterThanOrEqual(7);
  });
});
