import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  test: {
    environment: './tests/environment.ts',
    include: ['tests/**/*.test.{ts,tsx}'],
    setupFiles: ['tests/setup.ts'],
    restoreMocks: true,
    // One core is left free by default: of two that is half the machine.
    maxWorkers: '100%',
    testTimeout: 30_000,
  },
});
