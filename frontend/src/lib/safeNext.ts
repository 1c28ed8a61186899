/** Characters that address parsers drop or turn into slashes, so that a path becomes another site's address. */
const TREACHEROUS = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029\\]/;

/** Pages that make no sense after a log-in. */
const NOT_A_PLACE = /^\/(?:login|signup|api|_next|\.well-known)(?:\/|$)/i;

const ELSEWHERE = 'https://doorstep.invalid';

/** All readings of `text` after undoing percent-encoding again and again; null when one cannot be read. */
function readings(text: string): string[] | null {
  const seen = [text];
  try {
    for (let now = text, next = decodeURIComponent(now); next !== now; next = decodeURIComponent(now)) {
      seen.push(next);
      now = next;
    }
  } catch {
    return null;
  }
  return seen;
}

/**
 * The place to go to after a log-in, when `next` names one on this site (`/dashboard?tab=1`); else null.
 * Anybody can write the link that carries it, so everything but a plain path of this site is refused
 * (ASVS 5.0, 3.7.2: no open redirect).
 */
export function safeNext(next: string | null | undefined): string | null {
  if (!next || next.length > 1000) return null;
  const read = readings(next);
  if (!read) return null;
  if (read.some((text) => TREACHEROUS.test(text) || !text.startsWith('/') || text.startsWith('//'))) return null;

  if (!URL.canParse(next, ELSEWHERE)) return null;
  const { origin, pathname, search, hash } = new URL(next, ELSEWHERE);
  // "/.//host" is resolved to "//host".
  if (origin !== ELSEWHERE || pathname.startsWith('//') || NOT_A_PLACE.test(pathname)) return null;
  return `${pathname}${search}${hash}`;
}
