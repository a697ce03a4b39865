/** The limits of this service; those of its API are in the contracts. */
export const limits = {
  /** Approved comments that a list shows below each post. */
  latestCommentsMax: 3,
  /** Comments of a post that can be read page by page; `commentCount` counts all. */
  threadCommentsMax: 100_000,
  /** Threads, or replies, on a page. */
  threadsPerPage: 50,
  /** Replies that a page shows below each comment, and comments in total beyond its threads. */
  repliesShownMax: 5,
  pageCommentsMax: 120,
  /** Comments without a readable text that the first page lists. */
  hiddenCommentsMax: 20,
  /** Own hidden comments that their author is shown below a post. */
  ownCommentsMax: 50,
  /** Comments in the cache of threads. */
  treeNodesMax: 300_000,
  /** Comments that are quoted beside a post. */
  quotesMax: 3,
  excerptCharsMax: 280,

  /** The terms of a post that are recorded, from this many characters of it, and what makes their weights. */
  topics: {
    max: 48,
    charsMax: 20_000,
    wordCharsMin: 3,
    wordCharsMax: 40,
    titleWeight: 6,
    tagWeight: 16,
    /** Occurrences of a term that count. */
    countMax: 8,
  },
  /** Words whose terms are cached. */
  stemsMax: 50_000,
  /** Which posts are related to a post. */
  related: {
    max: 3,
    /** Terms of the post that are looked up, and the latest posts with each. */
    termsMax: 12,
    postsPerTermMax: 200,
    /** A term of more posts than this, and than this share of all posts, is common. */
    commonPostsMin: 3,
    commonShare: 0.2,
    /** Of few posts: in a blog of four, a term of three is common. */
    commonShareOfFew: 0.5,
    /** In a blog of fewer posts, shorter words are common, unless they have a capital inside, as HTML does. */
    postsToCountMin: 75,
    wordCharsOfFewMin: 5,
    similarityMin: 0.08,
    /** The least weights of a common term in both posts: a word that each has once tells nothing. */
    weightsMin: 4,
    /** Larger weights count as this. */
    weightMax: 10,
    /** Posts with some of the terms that are compared with the post, and those of them that may be listed. */
    comparedMax: 40,
    alikeMax: 20,
    /** Words in a reason; the second tells at least this share of what the first does. */
    wordsMax: 2,
    wordShareMin: 0.3,
    /** Fewer people in common are not mentioned. */
    peopleMin: 3,
    /** The latest comments of a post whose writers and voters are counted, and the number of these people. */
    commentsMax: 500,
    peopleMax: 100,
    /** The latest comments and the latest votes of a person that are counted. */
    actsMax: 100,
    /** What people in common add to the similarity at most, and how many of them add half of it. */
    peopleWeight: 0.5,
    peopleHalf: 10,
  },
  /** Terms of which it is known how many posts have them. */
  relatedTermsMax: 50_000,
  /** Posts and people whose related posts and acts are prepared. */
  relatedPreparedMax: 20_000,
  relatedPeopleMax: 20_000,
  /** Posts that are prepared again after a change of any post, and how many at a time. */
  relatedWarmMax: 200,
  relatedStepMax: 20,
  relatedStepMs: 100,

  /** SQLite's page cache, in KiB as its pragma takes it. */
  pageCacheKibibytesMax: 16 * 1024,
  /** Page size of the files: long texts need few pages, and each page is written twice. */
  filePageBytes: 8 * 1024,
  /** Pages in the write-ahead log before a checkpoint: 64 MiB. */
  walPagesMax: 8_000,
  /** Growth of the heap that starts a garbage collection. */
  heapGrowthPercent: 50,

  cacheBytesMax: 64 * 1024 * 1024,
  cacheEntryBytesMax: 8 * 1024 * 1024,
  /** Longer addresses are answered but not cached. */
  cacheUrlCharsMax: 500,
  /** Changes in the journal; a gateway that missed more drops its cache. */
  journalEntriesMax: 2_000,
  /** Posts whose pages are dropped one by one when a commenter changes their picture; of more, all pages are. */
  portraitPostsMax: 500,
  /** Posts that `GET /marks` lists. */
  marksMax: 1_000,
  /** Days of figures that are read before other requests run. */
  figureDaysAtOnce: 2,
  /** Smaller answers are sent uncompressed. */
  compressedBytesMin: 1_024,
  brotliQuality: 5,
  /** Posts whose reading time is cached. */
  readingTimesMax: 10_000,

  feedEntriesMax: 20,
  /** Those of the last twenty years. */
  digestsInSitemapMax: 1_040,
  /** Threads that render texts, and characters of rendered texts that are cached. */
  rendering: { threads: 1, keptCharsMax: 8_000_000 },
  /** As the protocol of sitemaps has it. */
  sitemapPlacesMax: 50_000,

  /** Words and phrases of one search; further ones are ignored. */
  searchTermsMax: 12,
  /** Shorter prefixes would match everywhere. */
  prefixCharsMin: 2,
  /** The latest matches of each tier (title, tags, text, comments) that are ranked; older ones need a search with more words. */
  searchCandidatesMax: 500,
  /** Older posts with some of the words in their title that are checked for the rest. */
  searchTitledMax: 100,
  searchHalfLifeDays: 365,
  /** Weights of a full match in the title, the tags and the body. */
  searchWeights: { title: 8, tags: 4, body: 1 },
  /** How long a search with `asOf` waits for the index, which may be behind the pages. */
  searchWaitMsMax: 2_000,
  snippetWordsMax: 32,
  /** Leading characters of a word that an unknown address must share with a similar one. */
  nearPrefixChars: 3,
  nearMax: 5,
  similarityMin: 0.4,

  watchersMax: 5_000,
  /** Unsent bytes at which a watcher is disconnected. */
  watcherBytesMax: 256 * 1024,
  /** Missed changes that are sent one by one; for more, the browser is told to reload. */
  resumeChangesMax: 200,
  /** Followers of all changes, and the unsent bytes at which one is disconnected. */
  feedFollowersMax: 20,
  feedBytesMax: 8 * 1024 * 1024,
  heartbeatMs: 15_000,
  reconnectMs: 2_000,

  /** The latest entries that `GET /comments/:id/history` shows. */
  historyEntriesMax: 1_000,

  rebuildProgressMs: 200,
  rebuildPollMs: 20,
  /** The window over which the rate of a rebuild is measured. */
  rebuildRateMs: 5_000,
  /** Watchers of a rebuild at a time. */
  rebuildWatchersMax: 20,
  /** How long a swap waits for the new file to catch up; it is a few events behind. */
  swapMsMax: 30_000,
  diffPageRows: 500,
  /** Samples of each kind for each table. */
  diffSamplesMax: 5,
  diffSampleCharsMax: 300,
} as const
