/** Where a turn may hold an item: its first and last seed, as words of the turn. */
export interface Candidate {
  item: number
  first: number
  last: number
}

/** What was seen of one item in one turn. Word positions count from the example's first word. */
export interface Sighting {
  item: number
  turn: number
  /** Words [from, to): first to last matched word of question and options. */
  from: number
  to: number
  /** Words [questionFrom, questionTo) of the question's match alone. */
  questionFrom: number
  questionTo: number
  questionWords: number
  covered: number
  longestRun: number
  inOrder: boolean
  /** Bit q of word q >> 5: question word q was found. */
  mask: Uint32Array
  /** Words inside the question's match that are not the question's. */
  inserted: number
  /** Bit q: another content word stands in question word q's place. */
  replaced: Uint32Array
  /** Numbers, units and words with another value, another unit or the opposite in their place. */
  numbersChanged: number
  unitsChanged: number
  oppositesChanged: number
  /** Negations that one side has and the other has not, and those of them in the last sentence, however it negates. */
  negationsChanged: number
  negationsAsked: number
  /** Places where content words were put in, left out or replaced by what says something else. */
  otherPlaces: number
  /** Bits of BOUNDARY: the question's match begins and ends with the turn, a line, a sentence. */
  boundary: number
  options: number
  optionsFound: number
  optionMask: number
  reordered: boolean
  relabelled: boolean
  /** Labelled options near the match, the item's own or not. */
  otherOptions: number
  /** Found options that were edited; options with another number, unit or opposite, and negated ones (not counted as found). */
  optionsEdited: number
  optionsAltered: number
  optionsNegated: number
  /** Bit q: question word q, or another word for it, stands beside the list of all options; none where it was not looked for. */
  topic: Uint32Array
  /** A negation, number, unit or opposite beside that list makes it another question. */
  topicChanged: boolean
  /** The question is not there as it is: what is told of it is what is said beside its options. */
  restated: boolean
  /** The candidate this came from, so that the same look can be taken again for the evidence. */
  first: number
  last: number
}
