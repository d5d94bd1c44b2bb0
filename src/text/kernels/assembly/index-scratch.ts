/** Scratch for one view at a time, sized for the longest; arrays of u32 unless said otherwise. */
@unmanaged
export class IndexScratch {
  /** Hashes of the runs of 3 and of 5 words, by first word. */
  h3: usize
  h5: usize
  /** Number of the distinct 3-word shingle that begins at a word; −1 where it stands nowhere else. */
  id3: usize
  /** Words of template text in a row up to each word. */
  run: usize
  /** Open addressing over 5-word shingles, and over the numbers of 3-word ones (plus 1). */
  table5: usize
  table3: usize
  /** Per distinct 3-word shingle: hash, count, first word (−1: in template text only), shingles it stands for. */
  hash: usize
  count: usize
  first: usize
  weight: usize
  /** 1 where it stands in the view more than once; its roles by rare shingles. */
  repeated: usize
  roles: usize
  /** 5-word shingles of common words alone: they stand for themselves. */
  common5: usize
  /** u64 keys to be sorted, and a value of each. */
  keys: usize
  values: usize
  /** u32 per count, and two more: weights. */
  ofCount: usize
  /** First words of the shingles that look for others. */
  chosen: usize
}
