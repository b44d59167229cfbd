import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const standIn = (name) => fileURLToPath(new URL(`../functions/${name}.cjs`, import.meta.url))
const parser = createRequire(import.meta.url).resolve('undici/lib/llhttp/llhttp_simd-wasm.js')

/**
 * What undici and AWS's clients ask for, and what they are given in bundles: HTTP/2 is off, a
 * function's processor knows SIMD, and of Node's own modules only what is used is loaded.
 */
const standIns = {
  'node:assert': standIn('node-assert'),
  'node:http': standIn('node-http'),
  http: standIn('node-http'),
  'node:https': standIn('node-https'),
  https: standIn('node-https'),
  'node:http2': standIn('no-http2'),
  http2: standIn('no-http2'),
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
