package manycore

import (
	"sort"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestAgenda holds the heap against a stable sort.
func TestAgenda(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOf(rapid.IntRange(0, 5)).Draw(t, "times")
		var a agenda[int]
		order := make([]int, len(times))
		for i, at := range times {
			a.push(float64(at), i)
			order[i] = i
		}
		sort.SliceStable(order, func(i, j int) bool { return times[order[i]] < times[order[j]] })
		for _, want := range order {
			require.EqualValues(t, times[want], a.first())
			at, i := a.pop()
			require.EqualValues(t, times[want], at)
			require.Equal(t, want, i)
		}
		require.Zero(t, a.len())
	})
}
