import { setFlagsFromString } from 'node:v8'

// By default Node lets the heap grow to a multiple of its live objects before it collects. Pages of a listing live briefly, so
// most of a crawl's memory is garbage. Collecting after 50 % growth lowers the peak over 60,000 repos from 375 to 284 MB and
// keeps 77 to 80 µs of processor time per repo; 20 % would give 265 MB, for 90 µs. Short commands do not load this: it adds a
// tenth to their start.
setFlagsFromString('--heap-growing-percent=50')
