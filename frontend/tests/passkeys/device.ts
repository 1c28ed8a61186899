import { afterEach, beforeEach, vi } from 'vitest';

/** What jsdom has not: a browser that knows passkeys, and a person at it who says what comes of each ceremony. */
export class Device {
  /** What was asked for, in order. */
  readonly asked: CredentialRequestOptions[] = [];
  readonly made: CredentialCreationOptions[] = [];
  /** What authenticators were told, in order. */
  readonly signals: [string, unknown][] = [];
  offers: boolean | Promise<boolean> = false;
  /** A name of a DOMException ends the next ceremonies; null lets them succeed; `wait` until they are called off. */
  refusal: string | null = null;

  /** The person takes what is on offer where the e-mail is typed. */
  pick: () => void = () => undefined;

  private readonly proof = (bytes: number[]) => Uint8Array.from(bytes).buffer;

  private readonly used = () =>
    Object.assign(new KnownCredential(), {
      rawId: this.proof([255, 254, 253]),
      response: {
        clientDataJSON: this.proof([1]),
        authenticatorData: this.proof([2]),
        signature: this.proof([3]),
        userHandle: this.proof([4]),
      },
    });

  async get(options: CredentialRequestOptions): Promise<unknown> {
    this.asked.push(options);
    const called = new DOMException('called off', 'AbortError');
    if (options.mediation === 'conditional' || this.refusal === 'wait') {
      return new Promise((taken, reject) => {
        this.pick = () => taken(this.used());
        options.signal?.addEventListener('abort', () => reject(called));
      });
    }
    if (this.refusal !== null) throw new DOMException('', this.refusal);
    return this.used();
  }

  async create(options: CredentialCreationOptions): Promise<unknown> {
    this.made.push(options);
    if (this.refusal !== null) throw new DOMException('', this.refusal);
    return Object.assign(new KnownCredential(), {
      response: {
        clientDataJSON: this.proof([1]),
        attestationObject: this.proof([2]),
        getTransports: () => ['internal'],
      },
    });
  }
}

class KnownCredential {
  static offered: () => boolean | Promise<boolean> = () => false;
  static signalled: (name: string, told: unknown) => void = () => undefined;
  static signalUnknownCredential(told: unknown) {
    KnownCredential.signalled('unknown', told);
    return Promise.resolve();
  }
  static signalAllAcceptedCredentials(told: unknown) {
    KnownCredential.signalled('accepted', told);
    return Promise.resolve();
  }
  static signalCurrentUserDetails(told: unknown) {
    KnownCredential.signalled('user', told);
    return Promise.reject(new DOMException('', 'NotAllowedError'));
  }
  static isConditionalMediationAvailable() {
    return Promise.resolve(KnownCredential.offered());
  }
}

/** Such a browser for the tests of a file, fresh for each. */
export function deviceForTests(): { current: Device } {
  const holder = { current: new Device() };
  beforeEach(() => {
    const device = new Device();
    holder.current = device;
    KnownCredential.offered = () => device.offers;
    KnownCredential.signalled = (name, told) => device.signals.push([name, told]);
    vi.stubGlobal('PublicKeyCredential', KnownCredential);
    Object.defineProperty(navigator, 'credentials', { value: device, configurable: true });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    Reflect.deleteProperty(navigator, 'credentials');
  });
  return holder;
}

export const REQUEST = {
  challenge: '_-8',
  rpId: 'localhost',
  timeout: 300_000,
  allowCredentials: [{ type: 'public-key', id: 'AQ', transports: ['internal'] }],
  userVerification: 'required',
};

export const CREATION = {
  challenge: '_-8',
  rp: { id: 'localhost', name: 'Doorstep' },
  user: { id: 'Bw', name: 'amelia@example.org', displayName: 'amelia@example.org' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  timeout: 300_000,
  excludeCredentials: [],
  authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
  attestation: 'none',
};
