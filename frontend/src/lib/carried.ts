let address = '';

/** Takes an address along to the next page, in memory only: nobody types twice what they have typed. */
export function carry(email: string): void {
  address = email;
}

/** The address that was taken along, once; empty when there is none. */
export function carried(): string {
  const email = address;
  address = '';
  return email;
}
