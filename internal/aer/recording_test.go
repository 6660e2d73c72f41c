package aer

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSummaryAddsUp(t *testing.T) {
	rec := &Recording{Width: 4, Height: 4}
	for _, e := range []Event{{T: 10, X: 1, Y: 2, On: true}, {T: 30, X: 3, Y: 0}, {T: 20, X: 0, Y: 3, On: true}} {
		rec.add(e)
	}
	s := rec.Summary()
	require.Equal(t, "3 events (2 on), first (10,1,2,1), last (20,0,3,1), sums 60, 4, 5, 2", s.String())
	require.Equal(t, 2, s.On)
	require.Equal(t, 1, rec.Disorder, "20 after 30")
}

func TestSummaryOfNothing(t *testing.T) {
	require.Equal(t, Summary{}, (&Recording{}).Summary())
	require.Equal(t, "0 events", Summary{}.String())
}

// Against math/big, including sums past 2^64 and negative ones.
func TestTimeSumIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOf(rapid.Int64()).Draw(t, "times")
		var sum TimeSum
		want := new(big.Int)
		for _, v := range times {
			sum = sum.plus(v)
			want.Add(want, big.NewInt(v))
		}
		require.Equal(t, want.String(), sum.String())
		got, ok := sum.Int64()
		require.Equal(t, want.IsInt64(), ok)
		if ok {
			require.Equal(t, want.Int64(), got)
		}
	})
}

// Times since 1970 pass 2^63 after some thousand events and must not wrap.
func TestTimeSumOfEpochTimes(t *testing.T) {
	var sum TimeSum
	for range 5 {
		sum = sum.plus(math.MaxInt64)
	}
	require.Equal(t, "46116860184273879035", sum.String())
	_, ok := sum.Int64()
	require.False(t, ok)
}
