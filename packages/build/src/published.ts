/** A package that others install: its folder, and which of its entries are theirs. */
export interface Published {
  /** In `packages/` and in `dist/`. */
  readonly folder: 'core' | 'ory-emulator' | 'webhooks'
  /** As in the `exports` of its package.json. What is not named here stays inside. */
  readonly entries: readonly string[]
  /** Programs, by the name of the command: the module behind it, as a path below `src`. */
  readonly programs?: Readonly<Record<string, string>>
  /** Pages beside the README that it links to. */
  readonly pages?: readonly string[]
}

/** In an order in which each is made before those that depend on it. */
export const published: readonly Published[] = [
  {
    folder: 'core',
    // `ports` is what `@lapse/webhooks` is given: a clock, a log and metrics; `lane` what it lets claim.
    entries: ['./ory', './events', './errors', './lane', './ports'],
  },
  {
    folder: 'ory-emulator',
    entries: ['.'],
    programs: { 'lapse-ory': 'bin.ts' },
    pages: ['SUPPORTED.md'],
  },
  { folder: 'webhooks', entries: ['.'] },
]
