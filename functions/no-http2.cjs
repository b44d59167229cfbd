// Stands in for node:http2 in bundles. undici loads that module (some 9 ms of a cold start) although
// HTTP/2 is off here, and is written to go on where a build of Node has none.
throw new Error('HTTP/2 is not in this bundle')
