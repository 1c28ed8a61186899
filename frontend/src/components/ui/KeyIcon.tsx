import { Drawn, type IconProps } from './icons';

/** A key: what opens without a password. */
export function KeyIcon(props: IconProps) {
  return (
    <Drawn {...props}>
      <path d="M8.5 19a4.5 4.5 0 1 1 3.6-7.2L20 4M16.5 7.5l3 3M8.5 14.5h.01" />
    </Drawn>
  );
}
