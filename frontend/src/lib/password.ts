/** Code points after NFC, as the server counts them (NIST SP 800-63B-4: 15 for a password on its own). */
export const PASSWORD_MIN = 15;
export const PASSWORD_MAX = 256;

/** How long a password is to the server: emoji and accented letters count once. */
export function passwordLength(password: string): number {
  return [...password.normalize('NFC')].length;
}

/** How many different characters somebody who guesses has to reckon with. */
function pool(password: string): number {
  const kinds: [RegExp, number][] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[0-9]/, 10],
    [/[^a-zA-Z0-9]/, 33],
  ];
  return kinds.reduce((sum, [kind, size]) => (kind.test(password) ? sum + size : sum), 1);
}

/** The characters that are a surprise: neither the next of a row (aaa, 123, cba) nor part of a repetition. */
function surprises(text: string): number {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  return codes.filter((code, at) => {
    const [before = NaN, earlier = NaN] = [codes[at - 1], codes[at - 2]];
    const step = code - before;
    const row = Math.abs(step) <= 1 && step === before - earlier;
    const three = text.slice(at - 2, at + 1);
    const repeated = at > 2 && three.length === 3 && text.slice(0, at).includes(three);
    return !row && !repeated;
  }).length;
}

/** Upper ends, in bits, of the strengths 0 to 3. */
const STEPS = [20, 35, 50, 70];

/** A text that people choose has less in it than a random one has. */
const HUMAN = 0.6;

/** A rough strength from 0 to 4, at once and without the network; the server knows leaked passwords and words. */
export function estimateStrength(password: string, email: string): number {
  const name = email.split('@')[0]?.toLowerCase() ?? '';
  const lower = password.normalize('NFC').toLowerCase();
  const own = name.length >= 4 ? lower.replaceAll(name, '') : lower;
  const bits = surprises(own) * Math.log2(pool(password)) * HUMAN;
  return STEPS.filter((step) => bits >= step).length;
}
