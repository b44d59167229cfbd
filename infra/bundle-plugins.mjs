import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const noHttp2 = fileURLToPath(new URL('../functions/no-http2.cjs', import.meta.url))
const nodeHttp = fileURLToPath(new URL('../functions/node-http.cjs', import.meta.url))
const parser = createRequire(import.meta.url).resolve('undici/lib/llhttp/llhttp_simd-wasm.js')

/**
 * What undici and AWS's clients ask for, and what they are given in bundles: HTTP/2 is off, a
 * function's processor knows SIMD, and nobody uses the fetch that node:http brings along.
 */
const standIns = {
  'node:http': nodeHttp,
  http: nodeHttp,
  'node:http2': noHttp2,
  http2: noHttp2,
  '../llhttp/llhttp-wasm.js': parser,
}

/** Leaves out of bundles what nobody runs. SST does not look at filters, so the path is looked at here. */
const withoutUnusedParts = {
  name: 'without-unused-parts',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ path }) =>
      Object.hasOwn(standIns, path) ? { path: standIns[path] } : undefined,
    )
  },
}

export default [withoutUnusedParts]
