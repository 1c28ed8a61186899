import { Drawn, type IconProps } from '@/components/ui/icons';

export function LaptopIcon(props: IconProps) {
  return (
    <Drawn {...props}>
      <path d="M5 6.5A1.5 1.5 0 0 1 6.5 5h11A1.5 1.5 0 0 1 19 6.5V15H5V6.5ZM2.5 18.5h19" />
    </Drawn>
  );
}

export function PhoneIcon(props: IconProps) {
  return (
    <Drawn {...props}>
      <path d="M7 4.5A1.5 1.5 0 0 1 8.5 3h7A1.5 1.5 0 0 1 17 4.5v15a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 7 19.5v-15ZM10.5 18h3" />
    </Drawn>
  );
}
