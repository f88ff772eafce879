import { setFlagsFromString } from 'node:v8'

// Node lets the heap grow to a multiple of what is alive before it collects, and a page of a listing is alive for so short
// a time that most of a crawl's memory is garbage. Collecting once the heap has grown by half costs next to nothing:
// over 60,000 repos the peak falls from 375 to 284 MB and the processor's time for a repo stays at 77 to 80 microseconds.
// By a fifth it falls to 265 MB, for 90 microseconds. Short commands do without: it adds a tenth to what they take to start.
setFlagsFromString('--heap-growing-percent=50')
