import brand from './brand.gen.json';

/** The product's name, tagline, colours and default plans: the one place is the backend's brand.json. */
export { brand };
