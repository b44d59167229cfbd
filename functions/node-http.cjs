// Stands in for node:http in bundles, which costs some 5 ms of a cold start, and 20 more where it is
// imported as an ES module: every export is looked at then, fetch's client among them. undici asks it
// for the size of headers alone; AWS's clients, where they use it at all, get the rest.
const http = () => process.getBuiltinModule('node:http')

module.exports = {
  // Node's own, unless it is told another.
  maxHeaderSize: 16 * 1024,
  get Agent() {
    return http().Agent
  },
  get request() {
    return http().request
  },
}
