/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app: ({ stage }) => ({
    name: 'lapse',
    home: 'aws',
    version: '>= 4.17.1',
    removal: stage === 'production' ? 'retain' : 'remove',
    protect: stage === 'production',
    // Functions are told everything by their links' environment, and import nothing of SST's.
    types: { ignore: ['functions', 'packages'] },
    providers: { aws: { version: '7.20.0' }, random: '4.16.6' },
  }),
  // SST refuses imports at the top, and only what is loaded in here sees `sst` and `aws`.
  async run() {
    const { readdirSync } = await import('node:fs')
    const { checkSettings } = await import('./infra/check-settings.ts')
    const { readSettings } = await import('./infra/settings.ts')
    const { lapse } = await import('./infra/lapse.ts')
    const sources = readdirSync(`${$cli.paths.root}/packages/webhooks/src/sources`)
    return lapse(checkSettings(readSettings(process.env), sources))
  },
})
