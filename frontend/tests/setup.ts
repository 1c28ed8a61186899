import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

// The machine may be busy with other things.
configure({ asyncUtilTimeout: 10_000 });

afterEach(cleanup);
