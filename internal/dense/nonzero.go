package dense

import "math/bits"

// nonzeroChunk is the number of elements that are marked at a time.
const nonzeroChunk = 4 << 10

// AppendNonzero appends to index the positions of the numbers in x that are not zero, in ascending
// order, and to value the numbers. NaN is not zero, -0 is.
func AppendNonzero[F Real](index []uint32, value []F, x []F) ([]uint32, []F) {
	at := 0
	if level, ok := vectorised[F](); ok {
		for whole := len(x) &^ 15; at < whole; {
			n := min(whole-at, nonzeroChunk)
			var marks [nonzeroChunk / 64]uint64
			markNonzeroVector(level, as32(x)[at:at+n], &marks)
			for k, word := range marks[:(n+63)/64] {
				for ; word != 0; word &= word - 1 {
					i := at + k*64 + bits.TrailingZeros64(word)
					index = append(index, uint32(i))
					value = append(value, x[i])
				}
			}
			at += n
		}
	}
	return appendNonzeroPortable(index, value, x, at)
}

// appendNonzeroPortable is the specification of AppendNonzero, for the elements from at on.
func appendNonzeroPortable[F Real](index []uint32, value []F, x []F, at int) ([]uint32, []F) {
	for i := at; i < len(x); i++ {
		if x[i] != 0 {
			index = append(index, uint32(i))
			value = append(value, x[i])
		}
	}
	return index, value
}
