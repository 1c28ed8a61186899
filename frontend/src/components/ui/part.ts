import type { ReactElement } from 'react';

/**
 * An element, or nothing: for what a component draws beside other parts that come and go. Bare text would not do there: translators put
 * elements of their own in its place, and React does not find it any more.
 */
export type Part = ReactElement | false | null | undefined;
