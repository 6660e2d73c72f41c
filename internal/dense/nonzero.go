package dense

import (
	"math/bits"
	"slices"
)

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
			index, value = appendMarked(index, value, x, at, marks[:(n+63)/64])
			at += n
		}
	}
	return appendNonzeroPortable(index, value, x, at)
}

// appendMarked appends the elements of x, from number at on, that are marked by a bit of a word. Room is made
// for all of them at once, since growing one by one takes as long as finding them.
func appendMarked[F Real](index []uint32, value []F, x []F, at int, marks []uint64) ([]uint32, []F) {
	count := 0
	for _, word := range marks {
		count += bits.OnesCount64(word)
	}
	n, m := len(index), len(value)
	index, value = slices.Grow(index, count)[:n+count], slices.Grow(value, count)[:m+count]
	newIndex, newValue := index[n:], value[m:]
	k := 0
	for w, word := range marks {
		for ; word != 0; word &= word - 1 {
			i := at + w*64 + bits.TrailingZeros64(word)
			newIndex[k], newValue[k] = uint32(i), x[i]
			k++
		}
	}
	return index, value
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
