export interface Print {
  src: string;
  title: string;
  technique: string;
  alt: string;
}

/** The prints on the landing page, drawn for it. All are 300 by 400. */
export const PRINTS: Print[] = [
  {
    src: '/art/low-tide.svg',
    title: 'Low Tide',
    technique: 'Screen print, seven inks',
    alt: 'A small sailing boat on teal waves before a red sun.',
  },
  {
    src: '/art/two-lemons.svg',
    title: 'Two Lemons and a Half',
    technique: 'Linocut, five blocks',
    alt: 'Two lemons and a halved one on a leafy branch, on dark blue.',
  },
  {
    src: '/art/heron.svg',
    title: 'The Patient One',
    technique: 'Woodcut, four blocks',
    alt: 'A heron standing on one leg among reeds, the evening sun behind it.',
  },
  {
    src: '/art/stairs-at-noon.svg',
    title: 'Stairs at Noon',
    technique: 'Screen print, eight inks',
    alt: 'Pale stairs climbing a coral wall to an arched doorway, cypresses below.',
  },
];
