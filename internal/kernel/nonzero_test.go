package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// nonzeroWant is the mark of every slot by the words of its definition.
func nonzeroWant[S int32 | int64](in []S) []uint64 {
	marks := make([]uint64, words(len(in)))
	for i, x := range in {
		if x != 0 {
			marks[i/64] |= 1 << (i % 64)
		}
	}
	return marks
}

// checkNonzero holds a kernel at every level against the definition, with guard cells around both arrays.
func checkNonzero[S int32 | int64](t *testing.T, values *rapid.Generator[S], kernel func([]S, []uint64)) {
	forEachLevel(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			n := sizes().Draw(t, "n")
			in := guard(filled(t, n, values, "in"), offset(t), 3)
			before := in.clone()
			marks := guard(make([]uint64, words(n)), offset(t), 0xfeedbeef)
			for i := range marks.slice() {
				marks.slice()[i] = math.MaxUint64 // of the last tick
			}
			kernel(in.slice(), marks.slice())
			require.Equal(t, nonzeroWant(in.slice()), marks.slice())
			require.Equal(t, before.array, in.array)
			require.True(t, marks.intact(), "guard cells")
		})
	})
}

func TestNonzero32LevelsEqualPortable(t *testing.T) { checkNonzero(t, sums(), Nonzero32) }

func TestNonzero64LevelsEqualPortable(t *testing.T) {
	checkNonzero(t, rapid.OneOf(rapid.Just(int64(0)), rapid.Int64(),
		rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, 1 << 32, -1 << 32, 1 << 31})), Nonzero64)
}

// Each bit is that of its own slot.
func TestNonzeroSlots(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		for slot := range 200 {
			narrow, wide := make([]int32, 200), make([]int64, 200)
			narrow[slot], wide[slot] = math.MinInt32, 1<<32
			marks := make([]uint64, 4)
			Nonzero32(narrow, marks)
			require.Equal(t, nonzeroWant(wide), marks, "slot %d", slot)
			clear(marks)
			Nonzero64(wide, marks)
			require.Equal(t, nonzeroWant(narrow), marks, "slot %d", slot)
		}
	})
}
