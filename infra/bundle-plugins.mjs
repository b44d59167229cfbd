import { fileURLToPath } from 'node:url'

const noHttp2 = fileURLToPath(new URL('../functions/no-http2.cjs', import.meta.url))

/** Leaves HTTP/2 out of bundles. SST does not look at filters, so the path is looked at here. */
const withoutHttp2 = {
  name: 'without-http2',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ path }) =>
      path === 'node:http2' || path === 'http2' ? { path: noHttp2 } : undefined,
    )
  },
}

export default [withoutHttp2]
