import { PRINTS } from './art';
import { SectionHeading } from './SectionHeading';

/** What arrives: a few of the prints, hung a little unevenly, as at home. */
export function Gallery() {
  return (
    <section className="border-y border-line bg-surface">
      <div className="mx-auto grid w-full max-w-6xl gap-12 px-5 py-16 sm:px-8 lg:py-24">
        <SectionHeading lead="No algorithm picks them. Two curators, a long table and a lot of tea: every month they agree on one print that they would hang themselves.">
          Twelve prints a year, each one a small surprise
        </SectionHeading>
        <ul className="grid grid-cols-2 gap-x-5 gap-y-10 sm:gap-x-8 lg:grid-cols-4 lg:pb-10 lg:[&>li:nth-child(even)]:translate-y-10">
          {PRINTS.map(({ src, title, technique, alt }) => (
            <li key={src}>
              <figure className="grid gap-4">
                <img src={src} alt={alt} width={300} height={400} loading="lazy" className="print h-auto w-full" />
                <figcaption className="leading-snug">
                  <span className="block font-semibold">{title}</span>
                  <span className="text-[0.9375rem] text-muted">{technique}</span>
                </figcaption>
              </figure>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
