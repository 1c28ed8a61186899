// The types of style sheets and assets, so that `npm run types` needs no build before it.
/// <reference types="next" />
/// <reference types="next/image-types/global" />
