package kernel

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// guardSlots is how many cells before and behind a slice the tests watch: more than a vector.
const guardSlots = 24

// guarded is a slice inside a larger array whose other cells must not change. Its begin is off
// the alignment of vectors by any number of elements.
type guarded[T float64 | int32 | int64 | uint32 | uint64] struct {
	array      []T
	begin, end int
	mark       T // what the other cells hold
}

func guard[T float64 | int32 | int64 | uint32 | uint64](values []T, offset int, mark T) guarded[T] {
	g := guarded[T]{begin: guardSlots + offset, mark: mark}
	g.end = g.begin + len(values)
	g.array = slices.Repeat([]T{mark}, g.end+guardSlots)
	copy(g.array[g.begin:], values)
	return g
}

// slice is the part that a kernel may touch. Its capacity reaches into the guard cells, as that of
// a shard of a larger population does.
func (g guarded[T]) slice() []T { return g.array[g.begin:g.end] }

// intact tells whether the cells around the slice still hold their mark.
func (g guarded[T]) intact() bool {
	changed := func(x T) bool { return x != g.mark }
	return !slices.ContainsFunc(g.array[:g.begin], changed) && !slices.ContainsFunc(g.array[g.end:], changed)
}

func (g guarded[T]) clone() guarded[T] {
	g.array = slices.Clone(g.array)
	return g
}

// equal64 holds two arrays against each other bit by bit. NaNs are equal: which NaN comes out is not
// promised.
func equal64(t require.TestingT, want, got []float64, what string) {
	require.Len(t, got, len(want), what)
	for i := range want {
		if math.IsNaN(want[i]) && math.IsNaN(got[i]) {
			continue
		}
		if math.Float64bits(want[i]) != math.Float64bits(got[i]) {
			require.Failf(t, "bits differ", "%s: cell %d is %x (%g), want %x (%g)", what, i,
				math.Float64bits(got[i]), got[i], math.Float64bits(want[i]), want[i])
		}
	}
}

// sizes draws population sizes: mostly all remainders of vectors, sometimes around a chunk.
func sizes() *rapid.Generator[int] {
	return rapid.OneOf(
		rapid.IntRange(0, 100),
		rapid.IntRange(0, 100),
		rapid.IntRange(0, 100),
		rapid.IntRange(4080, 4112),
		rapid.IntRange(8180, 8210),
	)
}

// potentials draws values that a membrane potential or current has, and now and then one that it
// should never have.
func potentials() *rapid.Generator[float64] {
	odd := []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 5e-324, -5e-324, 1e-310,
		math.MaxFloat64, -math.MaxFloat64, 15, 20, -100}
	return rapid.OneOf(rapid.Float64Range(-30, 30), rapid.Float64Range(-30, 30), rapid.Float64Range(-30, 30),
		rapid.SampledFrom(odd))
}

func sums() *rapid.Generator[int32] {
	return rapid.OneOf(rapid.Just(int32(0)), rapid.Int32Range(-1000, 1000), rapid.Int32(),
		rapid.SampledFrom([]int32{math.MinInt32, math.MaxInt32}))
}

func counters() *rapid.Generator[int32] {
	return rapid.OneOf(rapid.Just(int32(0)), rapid.Int32Range(0, 3), rapid.Just(int32(math.MaxInt32)))
}

// filled repeats a drawn pattern up to n values: drawing each of thousands would take seconds.
func filled[T any](t *rapid.T, n int, values *rapid.Generator[T], what string) []T {
	pattern := rapid.SliceOfN(values, 1, 61).Draw(t, what)
	out := make([]T, n)
	for i := range out {
		out[i] = pattern[i%len(pattern)]
	}
	return out
}

// offset draws by how many elements a slice is off.
func offset(t *rapid.T) int { return rapid.IntRange(0, 9).Draw(t, "offset") }

// spikeList is an out parameter: some spikes of before, and room for a drawn number of new ones.
func spikeList(t *rapid.T, n int) guarded[uint32] {
	room := rapid.OneOf(rapid.IntRange(0, n), rapid.Just(n)).Draw(t, "room")
	g := guard(slices.Repeat([]uint32{7}, room+3), 0, 0xfeedbeef)
	for i := g.begin + 3; i < g.end; i++ {
		g.array[i] = 0xfeedbeef
	}
	return g
}

// before is the list of spikes that a kernel appends to: three old ones, and room behind them.
func (g guarded[T]) before() []T { return g.array[g.begin : g.begin+3 : g.end] }

// forEachLevel runs a test at every level of this machine.
func forEachLevel(t *testing.T, f func(t *testing.T)) {
	for _, l := range Levels() {
		t.Run(l.String(), func(t *testing.T) {
			defer SetLevel(l)()
			f(t)
		})
	}
}
