import { describe, expect, it } from 'vitest';

import { sixDigits } from '@/forms/sixDigits';
import { typedCode } from '@/lib/typedCode';
import { safeParse } from 'valibot';

describe('a typed code', () => {
  it.each([
    ['٥٤٢٣٧٦', 'Arabic-Indic'],
    ['۵۴۲۳۷۶', 'Persian'],
    ['५४२३७६', 'Devanagari'],
    ['৫৪২৩৭৬', 'Bengali'],
    ['๕๔๒๓๗๖', 'Thai'],
    ['５４２３７６', 'full width'],
    ['𝟱𝟰𝟮𝟯𝟳𝟲', 'mathematical'],
    ['𞥕𞥔𞥒𞥓𞥗𞥖', 'Adlam'],
    ['542 376', 'a space'],
    ['542\u00A0376', 'a no-break space'],
    ['542\u202F376', 'a narrow one'],
    ['542-376', 'a hyphen'],
    ['542\u2011376', 'a no-break hyphen'],
    ['542–376', 'an en dash'],
    ['542\u2212376', 'a minus'],
    ['\u200E542376\u200F', 'direction marks'],
    ['542\u200B376\uFEFF', 'no width at all'],
    ['542.376', 'a full stop'],
  ])('%s is 542376 (%s)', (typed) => {
    expect(safeParse(sixDigits('Type it.'), typed)).toMatchObject({ success: true, output: '542376' });
  });

  it.each(['54237', '5423766', '54237a', '½42376', '', ' '])('%j has no six digits', (typed) => {
    expect(safeParse(sixDigits('Type it.'), typed).success).toBe(false);
  });

  it('reads the digits of every script', () => {
    for (let code = 0; code < 0x20000; code += 1) {
      const sign = String.fromCodePoint(code);
      if (/\p{Nd}/u.test(sign)) expect(typedCode(sign)).toMatch(/^[0-9]$/);
    }
  });
});
