/** A price. `minor` counts the smallest unit of the currency (cents; yen have none). */
export interface Price {
  price_minor: number;
  currency: string;
}

interface MoneyOptions {
  /** Leave out ".00" of a whole amount: for headlines, not for bills. */
  short?: boolean;
}

/** An amount as people of that locale write it: "$12.00", "12,00 $". */
export function money(locale: string, { price_minor, currency }: Price, { short = false }: MoneyOptions = {}): string {
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    trailingZeroDisplay: short ? 'stripIfInteger' : 'auto',
  });
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
  return format.format(price_minor / 10 ** (digits ?? 2));
}

/** A day, written out: "January 5, 2026". `time` is ISO 8601; the day is the reader's. */
export function day(locale: string, time: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(new Date(time));
}

/** The text with a full stop, unless it ends like a sentence already. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
