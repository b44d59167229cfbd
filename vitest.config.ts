import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

/** The contract suite against one server; see test/contract/README.md. */
const contract = (
  name: string,
  test: TestProjectInlineConfiguration['test'],
): TestProjectInlineConfiguration => ({
  extends: true,
  test: {
    name: `contract-${name}`,
    include: ['test/contract/**/*.test.ts'],
    isolate: false,
    ...test,
  },
})

const emulated = (profile: 'head' | 'v26.2') =>
  contract(profile, {
    globalSetup: 'test/contract/setup/emulator.ts',
    provide: { oryProfile: profile },
  })

const live = contract('live', {
  globalSetup: 'test/contract/setup/live-server.ts',
  exclude: ['**/*.emulator-only.test.ts', 'test/contract/accounts/**'],
  // A Hydra on SQLite answers 500 where two write at the same time.
  fileParallelism: false,
})

/** Identities alone; so does a Kratos. */
const kratos = contract('kratos', {
  globalSetup: 'test/contract/setup/live-kratos.ts',
  include: ['test/contract/accounts/identities.test.ts'],
  fileParallelism: false,
})

const { ORY_ADMIN_URL, ORY_PUBLIC_URL, KRATOS_ADMIN_URL, KRATOS_PUBLIC_URL } = process.env

/** Nothing here takes as long on any machine, in milliseconds. */
const standstillMs = 300_000

export default defineConfig({
  test: {
    pool: 'forks',
    // A worker for each processor: much of the time of one goes by in waiting for sockets.
    maxWorkers: '100%',
    // Bounds against standing still, and no more: a machine may be ten times slower than another.
    testTimeout: standstillMs,
    hookTimeout: standstillMs,
    expect: { poll: { timeout: standstillMs } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'functions/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: ['test/contract/**', 'test/infra/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          globalSetup: ['test/infra/setup/install-platform.ts', 'test/infra/setup/kept-folder.ts'],
        },
      },
      emulated('head'),
      emulated('v26.2'),
      ...(ORY_ADMIN_URL || ORY_PUBLIC_URL ? [live] : []),
      ...(KRATOS_ADMIN_URL || KRATOS_PUBLIC_URL ? [kratos] : []),
    ],
  },
})
