package limits

import (
	"context"
	"math"
	"testing"
	"time"

	"couplet/internal/kernel"

	"github.com/stretchr/testify/require"
)

// small is a measurement that takes milliseconds: its figures mean nothing, their shape does.
func small() Options {
	return Options{Threads: []int{1, 2}, Footprints: []int{64, 16 << 10}, StreamBytes: 1 << 20, Budget: time.Millisecond}
}

func requireSound(t *testing.T, r Rate) {
	t.Helper()
	require.GreaterOrEqual(t, r.Repetitions, minRepetitions)
	require.Positive(t, r.Median)
	require.GreaterOrEqual(t, r.Best, r.Median)
	require.False(t, math.IsInf(r.Best, 0))
}

func TestMeasure(t *testing.T) {
	l, err := Measure(context.Background(), small())
	require.NoError(t, err)

	type shape struct{ threads, bytes int }
	var updates, reads []shape
	for _, r := range l.Updates {
		requireSound(t, r)
		updates = append(updates, shape{r.Threads, r.Bytes})
	}
	for _, r := range l.Reads {
		requireSound(t, r)
		reads = append(reads, shape{r.Threads, r.Bytes})
	}
	require.Equal(t, []shape{{1, 64}, {1, 16 << 10}, {2, 64}, {2, 16 << 10}}, updates)
	require.Equal(t, []shape{{1, 1 << 20}, {2, 1 << 20}}, reads)
	require.Equal(t, l.Updates[3].Median, l.UpdatesAt(1<<20, 2))
	require.Equal(t, l.Reads[1].Median, l.ReadsAt(2))
}

func TestPeaks(t *testing.T) {
	for _, level := range kernel.Levels() {
		restore := kernel.SetLevel(level)
		for _, measure := range []func(context.Context, Options) ([]Rate, error){FMAPeak, MulAddPeak} {
			rates, err := measure(context.Background(), small())
			require.NoError(t, err)
			require.Len(t, rates, 2)
			for i, r := range rates {
				requireSound(t, r)
				require.Equal(t, i+1, r.Threads)
			}
		}
		restore()
	}
}

// The loop does what it counts: each round takes every sum half the way to 2.
func TestMulAddPortable(t *testing.T) {
	for rounds, want := range []float32{0, 1, 1.5, 1.75} {
		require.Equal(t, portableChains*want, mulAddPortable(rounds))
	}
}

func TestMeasureEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Measure(ctx, small())
	require.ErrorIs(t, err, context.Canceled)
	_, err = StreamReads(ctx, small())
	require.ErrorIs(t, err, context.Canceled)
	_, err = FMAPeak(ctx, small())
	require.ErrorIs(t, err, context.Canceled)
}

func TestOptionsErrors(t *testing.T) {
	tests := map[string]Options{
		"limits: number of threads must be 1..1024 (0)":                                    {Threads: []int{0}},
		"limits: number of threads must be 1..1024 (1025)":                                 {Threads: []int{1, 1025}},
		"limits: numbers of threads must ascend (2 after 2)":                               {Threads: []int{2, 2}},
		"limits: footprint must be a power of two from 64 to 1073741824 bytes (100)":       {Footprints: []int{100}},
		"limits: footprint must be a power of two from 64 to 1073741824 bytes (32)":        {Footprints: []int{32}},
		"limits: footprint must be a power of two from 64 to 1073741824 bytes (805306368)": {Footprints: []int{3 << 28}},
		"limits: footprint must be a power of two from 64 to 1073741824 bytes (-64)":       {Footprints: []int{-64}},
		"limits: footprints must ascend (64 after 128)":                                    {Footprints: []int{128, 64}},
		"limits: stream must have 4096 to 68719476736 bytes (8)":                           {StreamBytes: 8},
		"limits: budget must not be negative (-1s)":                                        {Budget: -time.Second},
		"limits: numbers of threads must ascend (1 after 2)\nlimits: stream must have 4096 to 68719476736 bytes (-1)": {
			Threads: []int{2, 1}, StreamBytes: -1},
	}
	for want, o := range tests {
		_, err := Measure(context.Background(), o)
		require.EqualError(t, err, want)
		_, err = StreamReads(context.Background(), o)
		require.EqualError(t, err, want)
		_, err = FMAPeak(context.Background(), o)
		require.EqualError(t, err, want)
	}
}

func TestDefaults(t *testing.T) {
	o, err := Options{}.complete()
	require.NoError(t, err)
	require.Equal(t, 1, o.Threads[0])
	require.Equal(t, 16<<10, o.Footprints[0])
	require.Equal(t, 64<<20, o.Footprints[len(o.Footprints)-1])
	require.Positive(t, o.StreamBytes)
	require.LessOrEqual(t, o.Budget, 2*time.Second)
}

func TestThreadCounts(t *testing.T) {
	for most, want := range map[int][]int{1: {1}, 2: {1, 2}, 3: {1, 2, 3}, 8: {1, 2, 4, 8}, 12: {1, 2, 4, 8, 12}} {
		require.Equal(t, want, threadCounts(most))
	}
}

func TestUpdatesAt(t *testing.T) {
	l := Limits{Updates: []Rate{
		{Threads: 1, Bytes: 1 << 10, Median: 1000},
		{Threads: 1, Bytes: 1 << 14, Median: 600},
		{Threads: 1, Bytes: 1 << 16, Median: 100},
		{Threads: 2, Bytes: 1 << 10, Median: 1900},
	}}
	for bytes, want := range map[int]float64{0: 1000, 1: 1000, 1 << 10: 1000, 1 << 12: 800, 1 << 14: 600, 1 << 15: 350, 1 << 16: 100, 1 << 30: 100} {
		require.InDelta(t, want, l.UpdatesAt(bytes, 1), 1e-9, "%d bytes", bytes)
	}
	require.Equal(t, 1900.0, l.UpdatesAt(1<<20, 2))
	require.True(t, math.IsNaN(l.UpdatesAt(1<<10, 3)))
	require.True(t, math.IsNaN(l.ReadsAt(1)))
}

// The unchecked loop changes what the index stream names, and nothing else.
func TestUpdateCountsEachIndex(t *testing.T) {
	index := make([]uint32, 10_000)
	fillIndex(index, 5)
	for _, slots := range []int{1, 2, 16, 1024} {
		array := make([]int32, slots+2)
		array[0], array[slots+1] = 77, 77
		update(array[1:slots+1], index)
		want := make([]int32, slots)
		for _, x := range index {
			want[x/4%uint32(slots)]++
		}
		require.Equal(t, want, array[1:slots+1])
		require.Equal(t, int32(77), array[0])
		require.Equal(t, int32(77), array[slots+1])
	}
	update(make([]int32, 1), nil)
}

// Updaters walk through their whole stream, part by part.
func TestUpdaterWalksTheStream(t *testing.T) {
	threads, free, err := newUpdaters(2, 64)
	defer free()
	require.NoError(t, err)
	require.NotEqual(t, threads[0].index[:64], threads[1].index[:64])
	u := &threads[0]
	for range indexCount / updatesPerRepetition {
		u.run(16)
	}
	require.Zero(t, u.at)
	total := 0
	for _, count := range u.acc {
		total += int(count)
	}
	require.Equal(t, indexCount, total)
}

func TestSum(t *testing.T) {
	words := make([]uint64, 100)
	for i := range words {
		words[i] = uint64(i) << 40
	}
	for n := range words {
		require.Equal(t, uint64(n*(n-1)/2)<<40, sum(words[:n]))
	}
}

func TestMedian(t *testing.T) {
	require.Equal(t, 3.0, median([]float64{1, 3, 9}))
	require.Equal(t, 2.5, median([]float64{1, 2, 3, 9}))
}

func TestAffordable(t *testing.T) {
	require.NoError(t, affordable(1))
	if err := affordable(math.MaxUint64); err != nil {
		require.ErrorContains(t, err, "limits: 16.0 EiB of memory needed, measure with fewer threads or smaller arrays (")
	}
}
