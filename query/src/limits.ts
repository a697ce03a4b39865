/** Every bound of this service. */
export const limits = {
  /** How many approved comments a list shows below each post. */
  latestCommentsMax: 3,
  /** The most comments of a post that can be read page by page; `commentCount` counts all. */
  threadCommentsMax: 100_000,
  /** Threads on a page of them, or replies on a page of those. */
  threadsPerPage: 50,
  /** Replies that a page shows below each comment, and comments that it shows altogether beyond its threads. */
  repliesShownMax: 5,
  pageCommentsMax: 120,
  /** Comments with nothing to read in them that the first page names. */
  hiddenCommentsMax: 20,
  /** Own comments with nothing to read for others that their author is shown below a post. */
  ownCommentsMax: 50,
  /** Comments whose place in their thread is remembered. */
  treeNodesMax: 300_000,
  excerptCharsMax: 280,
  relatedMax: 4,

  /** SQLite's own cache, in KiB as its pragma takes them. */
  pageCacheKibibytesMax: 16 * 1024,
  /** Of the file: texts fill few pages, and each page is written twice. */
  filePageBytes: 8 * 1024,
  /** Pages that the write-ahead log may gather before they are folded into the file: 64 MiB. */
  walPagesMax: 8_000,
  /** By how much the heap may grow before its garbage is collected. */
  heapGrowthPercent: 50,

  cacheBytesMax: 64 * 1024 * 1024,
  cacheEntryBytesMax: 8 * 1024 * 1024,
  /** Longer addresses are answered but not remembered. */
  cacheUrlCharsMax: 500,
  /** Changes in the journal; a cache that missed more drops everything. */
  journalEntriesMax: 2_000,
  /** Posts that are named as holding something of a reader's own. */
  marksMax: 1_000,
  /** Smaller answers are quicker sent than unpacked. */
  compressedBytesMin: 1_024,
  brotliQuality: 5,
  /** Posts whose reading time is remembered. */
  readingTimesMax: 10_000,

  feedEntriesMax: 20,
  /** What texts are rendered with, and how much of what was rendered is remembered. */
  rendering: { threads: 1, keptCharsMax: 8_000_000 },
  /** As the protocol of sitemaps has it. */
  sitemapPlacesMax: 50_000,

  /** Words and phrases of one search; those after them are not looked for. */
  searchTermsMax: 12,
  /** Shorter beginnings of words would be found everywhere. */
  prefixCharsMin: 2,
  /** The latest of each tier (title, tags, text, comments) are weighed against each other; older ones are found with more words. */
  searchCandidatesMax: 500,
  /** Of older posts with some of the words in their title, so many are looked through for the rest. */
  searchTitledMax: 100,
  searchHalfLifeDays: 365,
  /** What all that was asked for is worth where it stands in the title or among the tags, beside anywhere. */
  searchWeights: { title: 8, tags: 4, body: 1 },
  /** How long a search as of a position that the pages show already waits for its index. */
  searchWaitMsMax: 2_000,
  snippetWordsMax: 32,
  /** How much of each word of an unknown address has to be right for a post to be thought of. */
  nearPrefixChars: 3,
  nearMax: 5,
  similarityMin: 0.4,

  watchersMax: 5_000,
  /** What a browser that does not read may leave behind here before it has to come back. */
  watcherBytesMax: 256 * 1024,
  /** Changes that a returning browser is told one by one; beyond that it is told to load the page again. */
  resumeChangesMax: 200,
  /** Gateways that follow all changes, and what one may leave unread before it has to come back. */
  feedFollowersMax: 20,
  feedBytesMax: 8 * 1024 * 1024,
  heartbeatMs: 15_000,
  reconnectMs: 2_000,

  /** What `GET /comments/:id/history` shows, the latest of it. */
  historyEntriesMax: 1_000,

  rebuildProgressMs: 200,
  rebuildPollMs: 20,
  /** Over how long the rate of a rebuild is taken. */
  rebuildRateMs: 5_000,
  /** Those who watch a rebuild at a time. */
  rebuildWatchersMax: 20,
  /** How long the new file may take to reach the live one at a swap; they are a few events apart. */
  swapMsMax: 30_000,
  diffPageRows: 500,
  /** Of each kind, in each table. */
  diffSamplesMax: 5,
  diffSampleCharsMax: 300,
} as const
