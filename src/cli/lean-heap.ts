import { setFlagsFromString } from 'node:v8'

// Node lets the heap grow to a multiple of what is alive before it collects, and a page of a listing is alive for so short
// a time that most of a crawl's memory is garbage. Collecting once the heap has grown by a fifth costs a few percent of
// processor time; measured over 60,000 repos, the peak falls from 430 to below 300 MB.
setFlagsFromString('--heap-growing-percent=20')
