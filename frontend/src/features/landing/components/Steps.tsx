import { SectionHeading } from './SectionHeading';

const STEPS = [
  {
    title: 'Open an account',
    text: 'An e-mail address and a good password. A minute, and nothing to pay for having one.',
  },
  {
    title: 'We print and pack',
    text: 'Your sheet is pulled, signed, numbered and packed between two boards, so that it cannot bend.',
  },
  {
    title: 'It is on your doorstep',
    text: 'Frame it, pin it, give it away. And see on your dashboard, at any time, what you have and what comes next.',
  },
];

/** How it works, in three steps. */
export function Steps() {
  return (
    <section id="how" className="mx-auto grid w-full max-w-6xl gap-12 px-5 py-16 sm:px-8 lg:py-24">
      <SectionHeading>How it works</SectionHeading>
      <ol className="grid gap-10 md:grid-cols-3 md:gap-8">
        {STEPS.map(({ title, text }, index) => (
          <li key={title} className="grid content-start gap-3 border-t-4 border-accent pt-5">
            <span aria-hidden="true" className="font-display text-5xl leading-none font-extrabold text-accent">
              {index + 1}
            </span>
            <h3 className="font-display text-2xl font-bold tracking-tight">{title}</h3>
            <p className="text-muted text-pretty">{text}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
