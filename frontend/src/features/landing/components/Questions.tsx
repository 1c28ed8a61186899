import { PlusIcon } from '@/components/ui/icons';

import { SectionHeading } from './SectionHeading';

const QUESTIONS = [
  {
    question: 'Can I choose the print?',
    answer:
      'No, and people tell us that this is the best part. Every subscriber receives the same sheet of that month, so you and a stranger three streets away hang the same heron.',
  },
  {
    question: 'What size are they?',
    answer: 'Thirty by forty centimetres, paper included. That is a size for which every frame shop has a frame.',
  },
  {
    question: 'How do I cancel?',
    answer:
      'On your dashboard, in two clicks and without a conversation. What you have paid for stays yours until the end of the period, and until then you can change your mind.',
  },
  {
    question: 'What if mine arrives creased?',
    answer: 'It happens to about one in a thousand. Tell us, and another one is on its way; keep the first for the kitchen.',
  },
  {
    question: 'What do you know about me?',
    answer:
      'Your e-mail address, your subscription, and from which browsers you logged in. Your password is kept only in a form that cannot be turned back, and no page here loads anything from anybody else.',
  },
];

/** Questions and answers on the browser's own disclosure element. */
export function Questions() {
  return (
    <section
      id="questions"
      className="mx-auto grid w-full max-w-6xl gap-10 px-5 py-16 sm:px-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.6fr)] lg:gap-16 lg:py-24"
    >
      <SectionHeading>Good questions</SectionHeading>
      <div className="border-t border-line">
        {QUESTIONS.map(({ question, answer }) => (
          <details key={question} className="group border-b border-line">
            <summary className="flex cursor-pointer list-none items-center justify-between gap-4 py-5 text-lg font-semibold [&::-webkit-details-marker]:hidden">
              {question}
              <PlusIcon className="size-6 shrink-0 text-accent transition-transform group-open:rotate-45" />
            </summary>
            <p className="max-w-2xl pr-10 pb-6 text-muted text-pretty">{answer}</p>
          </details>
        ))}
      </div>
    </section>
  );
}
