package kernel

// Nonzero32 marks the slots of an array that are not zero: bit i%64 of marks[i/64] is set where
// in[i] != 0 and clear elsewhere, also behind the last slot. Counting what neurons do asks it of their
// input sums in every tick, before the update empties them. The function nonzeroPortable is the definition.
//
// marks has (len(in)+63)/64 words, or the call panics. The call does not allocate.
func Nonzero32(in []int32, marks []uint64) {
	marks = marks[:words(len(in))]
	if level := Current(); level != Portable {
		nonzero32Vector(level, in, marks)
		return
	}
	nonzeroPortable(in, marks)
}

// Nonzero64 is Nonzero32 for sums of 64 bits.
func Nonzero64(in []int64, marks []uint64) {
	marks = marks[:words(len(in))]
	if level := Current(); level != Portable {
		nonzero64Vector(level, in, marks)
		return
	}
	nonzeroPortable(in, marks)
}

// words is the number of words of 64 bits that have a bit for each of n slots.
func words(n int) int { return (n + 63) / 64 }

// nonzeroPortable is the specification of Nonzero32 and Nonzero64. A number or its negative has the top
// bit set unless it is zero; so there is no branch, which random input would make the processor guess.
func nonzeroPortable[S int32 | int64](in []S, marks []uint64) {
	for w := range marks {
		slots := in[w*64:]
		word := uint64(0)
		for k, x := range slots[:min(len(slots), 64)] {
			y := int64(x)
			word |= uint64(y|-y) >> 63 << (k & 63)
		}
		marks[w] = word
	}
}
