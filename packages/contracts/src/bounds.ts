/** Bounds of what people write, shared by both sides of the wire: the form counts with the same numbers as the service. */
export const bounds = {
  blogTitleCharsMax: 100,
  blogDescriptionCharsMax: 300,
  /** Of a language tag (BCP 47), and of the name of a time zone (IANA). */
  languageCharsMax: 35,
  timeZoneCharsMax: 64,
  navigationEntriesMax: 30,
  navigationLabelCharsMax: 60,
  navigationAddressCharsMax: 500,
  titleCharsMax: 300,
  slugCharsMax: 100,
  contentCharsMax: 200_000,
  excerptCharsMax: 1_000,
  tagCharsMax: 50,
  /** Of the longest slug of such a tag: some characters stand for many. */
  tagSlugCharsMax: 1_000,
  /** Likewise of a name of `nameCharsMax`. */
  authorSlugCharsMax: 2_000,
  tagsMax: 100,
  /** An address of a picture, or one at which a post stood elsewhere. */
  addressCharsMax: 2_000,
  coverAltCharsMax: 500,
  formerAddressesMax: 20,
  /** Of a file's name, in characters; in UTF-8 it has at most 255 bytes as well. */
  mediaNameCharsMax: 200,
  mediaFiltersMax: 5,
  /** Bounds of what an owner may set: bytes of a file, of all files of a person and of a picture, and a picture's pixels and widths. */
  mediaFileBytesMax: 2 ** 40,
  mediaPersonBytesMax: 2 ** 50,
  mediaPictureBytesMin: 64 * 1024,
  mediaPictureBytesMax: 256 * 1024 * 1024,
  mediaPicturePixelsMin: 1_000_000,
  mediaPicturePixelsMax: 100_000_000,
  mediaWidthMin: 16,
  mediaWidthsMax: 10,
  /** What one worker may know to do: ways in, and filters. */
  workKindsMax: 100,
  mediaVariantsMax: 40,
  /** A portrait as it is sent, and the side of the square that is made of it, in pixels. */
  portraitBytesMax: 4 * 1024 * 1024,
  portraitPixelsMax: 25_000_000,
  portraitSideMax: 512,
  commentCharsMax: 10_000,
  /** A year. */
  editMinutesMax: 525_600,
  nameCharsMax: 100,
  reasonCharsMax: 500,
  rulesMax: 200,
  wordsPerRuleMax: 500,
  /** As many as fit into one append to the log, where each takes two events. */
  importItemsMax: 500,
  /** Places in a text where a picture of an import belongs. */
  importPicturesMax: 500,
  mutedPostsMax: 500,
  pushDevicesMax: 10,
  pushEndpointCharsMax: 1_000,
  digestItemsMax: 10,
  /** Of one count: views of a post on a day. */
  viewsMax: 1_000_000_000,
  /** Of one event; what more posts were viewed goes into another. */
  viewedPostsMax: 200,
  /** Hosts that are named as referrers of a post, by one gateway on one day. */
  referrersPerPostMax: 20,
  /** Of a host name (RFC 1035). */
  hostCharsMax: 253,
  emailCharsMax: 254,
  passwordCharsMin: 10,
  passwordCharsMax: 128,
  tokenDaysMax: 366,
  keysPerRequestMax: 1_000,
} as const
