import { describe, expect, it } from 'vitest';

import { estimateStrength, passwordLength } from '@/lib/password';

describe('passwordLength', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['Zoe\u0308', 3],
    ['🦉🦉', 2],
  ])('counts %j as %i', (password, length) => {
    expect(passwordLength(password)).toBe(length);
  });
});

describe('estimateStrength', () => {
  it.each([
    ['', 0],
    ['aaaaaaaaaaaaaaaaaaaa', 0],
    ['12345678901234567890', 0],
    ['abcabcabcabcabcabcabc', 0],
    ['sunflower', 1],
    ['fmqxwzkrtbvhpnd', 2],
    ['lemon stairs tide', 3],
    ['correct horse battery staple', 4],
  ])('gives %j a %i', (password, strength) => {
    expect(estimateStrength(password, '')).toBe(strength);
  });

  it('sees through the name in the e-mail address', () => {
    const password = 'Amelia.Earhart amelia.earhart';
    expect(estimateStrength(password, 'amelia.earhart@example.org')).toBeLessThan(estimateStrength(password, ''));
  });
});
